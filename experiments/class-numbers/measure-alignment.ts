/** Time, peak memory and result of one alignment in a process of its own. Prints the figures as JSON. */
import type { AlignmentCase } from '../../benchmarks/alignment/alignment-case.ts';
import { inputOf } from '../../benchmarks/alignment/inputs.ts';
import { linearAlgebraOf, runCase } from '../../benchmarks/alignment/run-case.ts';
import type { Measured } from './server-cost.ts';

const MB = 1e6;

async function measureAlignment(of: AlignmentCase): Promise<Measured> {
  const { classes, dim } = of;
  const linearAlgebra = await linearAlgebraOf(of);
  // Of the same branch of the method, so that its code is there and compiled.
  const small = classes <= dim + 1 ? inputOf(12, 64) : inputOf(classes <= 2 * dim ? 96 : 160, 64);
  for (let i = 0; i < 3; i++) runCase({ ...of, options: {} }, small, { linearAlgebra });
  const input = inputOf(classes, dim, { kind: 'relu' });
  globalThis.gc!();
  const buffersBefore = process.memoryUsage().arrayBuffers;
  const peakBefore = process.resourceUsage().maxRSS * 1024; // maxRSS is in KiB
  // Growth below an earlier peak would not be seen, so fill up to it first.
  const ballast = new Uint8Array(Math.max(0, peakBefore - process.memoryUsage().rss)).fill(1);
  let bufferPeak = 0;
  const look = (): void => {
    bufferPeak = Math.max(bufferPeak, process.memoryUsage().arrayBuffers - buffersBefore - ballast.length);
  };
  const begun = process.cpuUsage();
  const { passes, geometry } = runCase(of, input, { linearAlgebra, onPass: look });
  const { user, system } = process.cpuUsage(begun);
  look();
  const grown = process.resourceUsage().maxRSS * 1024 - peakBefore;
  return {
    cpuMs: Number(((user + system) / 1000).toFixed(3)),
    extraMB: Number((Math.max(grown, bufferPeak) / MB).toFixed(2)),
    passes,
    maxCosine: Number(geometry.maxCosine!.toFixed(6)),
    bound: Number(geometry.bound!.cosine.toFixed(6)),
  };
}

console.log(JSON.stringify(await measureAlignment(JSON.parse(process.argv[2]) as AlignmentCase)));
