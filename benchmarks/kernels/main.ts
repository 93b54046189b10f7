// GFLOP/s of the products beside the peak of the SIMD unit, measured in turns. See README.md.
import { parseArgs } from 'node:util';
import { instantiateKernels, kernelBuilds, type KernelBuild } from '@protonorm/wasm-kernels';
import { compilePeak } from './compile-peak.ts';
import { productShapes } from './shapes.ts';
import { productCalls } from './time-products.ts';

interface Row {
  readonly build: KernelBuild;
  readonly shape: string;
  readonly pass: string;
  /** Of the fastest repetition. */
  readonly gflops: number;
  /** Of the fastest repetition of the peak, in the same turns. */
  readonly peakGflops: number;
  readonly share: number;
  readonly goal: number | null;
}

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '60' },
    build: { type: 'string' },
  },
});
const rounds = Number(flags.rounds);
if (!(Number.isInteger(rounds) && rounds >= 1))
  fail(`--rounds takes an integer >= 1, received ${flags.rounds}.`);
if (flags.build !== undefined && !kernelBuilds.includes(flags.build as KernelBuild))
  fail(`--build takes ${kernelBuilds.join(' or ')}, received ${flags.build}.`);

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

/** Milliseconds of a call that takes too little by itself: repeated to about 2 ms. */
function timed(run: () => void, repeat: number): number {
  const start = performance.now();
  for (let i = 0; i < repeat; i++) run();
  return (performance.now() - start) / repeat;
}

const PEAK_STEPS = 500_000;
/** Rounds in all, by those without improvement that end a row. */
const MOST = 10;
/** Share by which a time must fall to count as better. */
const NOTICEABLE = 0.005;
const rows: Row[] = [];
for (const build of kernelBuilds) {
  if (flags.build !== undefined && flags.build !== build) continue;
  const peak = await compilePeak(build);
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65_536 });
  const { kernels } = await instantiateKernels(memory, build);
  for (const shape of productShapes) {
    const calls = productCalls(kernels, memory, shape);
    const repeats = calls.map(({ run }) => {
      for (let i = 0; i < 3; i++) run(); // V8 compiles again when a loop is hot
      return Math.max(1, Math.round(2 / timed(run, 1)));
    });
    const best = calls.map(() => Infinity);
    let bestPeak = Infinity;
    // Until no figure has become better for `rounds` rounds: a neighbour on the machine may be there for seconds.
    for (let round = 0, last = 0; round < last + rounds && round < MOST * rounds; round++) {
      const improved = (before: number, ms: number): number => {
        if (ms < before * (1 - NOTICEABLE)) last = round;
        return Math.min(before, ms);
      };
      bestPeak = improved(
        bestPeak,
        timed(() => void peak(PEAK_STEPS), 1),
      );
      calls.forEach(({ run }, i) => (best[i] = improved(best[i], timed(run, repeats[i]))));
    }
    const peakGflops = (96 * PEAK_STEPS) / bestPeak / 1e6;
    calls.forEach(({ pass, flops }, i) => {
      const gflops = flops / best[i] / 1e6;
      const row: Row = {
        build,
        shape: shape.name,
        pass,
        gflops,
        peakGflops,
        share: gflops / peakGflops,
        goal: shape.goal ?? null,
      };
      rows.push(row);
      if (flags.json) console.log(JSON.stringify(row));
      else {
        const goal = row.goal === null ? '' : row.share >= row.goal ? '' : `  below ${100 * row.goal} %`;
        console.log(
          `${build.padEnd(8)}${shape.name.padEnd(30)}${pass.padEnd(16)}` +
            `${gflops.toFixed(1).padStart(6)} of ${peakGflops.toFixed(1)} GFLOP/s ${(100 * row.share).toFixed(0).padStart(4)} %${goal}`,
        );
      }
    });
  }
}
