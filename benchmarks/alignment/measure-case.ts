/** One measurement of one case in a process of its own; see reference.ts. Prints the figures as JSON. */
import { align, alignPlainly, createRng, geometry, type Prototypes } from '@protonorm/prototype-math';

/** One row of the benchmark. */
export interface CaseName {
  readonly version: 'fast' | 'plain';
  readonly classes: number;
  readonly dim: number;
  /** Timed calls after the first one. */
  readonly repeats: number;
}

export interface TimeFigures {
  readonly passes: number;
  /** Median time between two passes, over all timed calls; of the whole call divided by its passes for `plain`. */
  readonly passMs: number;
  /** Median of the timed calls: checks, span, passes, and geometry of the result. */
  readonly totalMs: number;
  /** Processor time of the timed calls divided by their number: what is left of totalMs on a busy machine. */
  readonly cpuMs: number;
  /** The first call in the process: with loading and compiling on the way. */
  readonly firstCallMs: number;
  readonly maxCosine: number;
  readonly bound: number;
}

export interface MemoryFigures {
  /**
   * Largest size of all array buffers at the end of a pass, less what was there before the call (the input, for one);
   * `null` for `plain`, which cannot be looked into.
   */
  readonly bufferPeakMB: number | null;
  /** Growth of the peak resident set size over a call, after a small call that has loaded and compiled the code. */
  readonly rssGrowthMB: number;
}

const MB = 1e6;

/** N(0, 1) rows of a fixed seed. */
function inputOf(classes: number, dim: number): Prototypes {
  const rng = createRng('benchmark').split(classes, dim);
  return {
    dim,
    classes: Int32Array.from({ length: classes }, (_, i) => i),
    counts: new Float64Array(classes).fill(1),
    vectors: Float32Array.from({ length: classes * dim }, () => rng.normal()),
  };
}

/** Aligns as released; returns the passes and the result. */
function run(version: CaseName['version'], input: Prototypes, onPass?: () => void) {
  if (version === 'fast') return align(input, { method: 'reference', onStep: onPass });
  const { vectors, meanForce } = alignPlainly(input);
  return { passes: meanForce.length, prototypes: { ...input, vectors: new Float32Array(vectors) } };
}

function measureTime({ version, classes, dim, repeats }: CaseName): TimeFigures {
  const input = inputOf(classes, dim);
  const passTimes: number[] = [];
  const totals: number[] = [];
  let passes = 0;
  let last = input;
  let cpuStart = process.cpuUsage();
  for (let call = 0; call <= repeats; call++) {
    if (call === 1) cpuStart = process.cpuUsage();
    let lap = 0;
    const start = performance.now();
    const result = run(version, input, () => {
      const now = performance.now();
      if (call > 0 && lap > 0) passTimes.push(now - lap);
      lap = now;
    });
    totals.push(performance.now() - start);
    passes = result.passes;
    last = result.prototypes;
  }
  const { user, system } = process.cpuUsage(cpuStart);
  const cpuMs = (user + system) / 1000 / repeats;
  const { maxCosine, bound } = geometry(last);
  const [firstCallMs, ...timed] = totals;
  const totalMs = median(timed);
  const passMs = passTimes.length > 0 ? median(passTimes) : totalMs / passes;
  return { passes, passMs, totalMs, cpuMs, firstCallMs, maxCosine: maxCosine!, bound: bound!.cosine };
}

function measureMemory({ version, classes, dim }: CaseName): MemoryFigures {
  run(version, inputOf(12, 40));
  const input = inputOf(classes, dim);
  globalThis.gc!();
  const buffersBefore = process.memoryUsage().arrayBuffers;
  const peakBefore = process.resourceUsage().maxRSS * 1024; // maxRSS is in KiB
  // Peak so far, not the size now: growth below an earlier peak would not be seen, so fill up to it first.
  const ballast = new Uint8Array(Math.max(0, peakBefore - process.memoryUsage().rss)).fill(1);
  let bufferPeak = 0;
  const look = () => {
    bufferPeak = Math.max(bufferPeak, process.memoryUsage().arrayBuffers - buffersBefore - ballast.length);
  };
  run(version, input, look);
  look();
  const grown = process.resourceUsage().maxRSS * 1024 - peakBefore;
  return { bufferPeakMB: version === 'plain' ? null : bufferPeak / MB, rssGrowthMB: grown / MB };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

const [what, of] = process.argv.slice(2);
const named = JSON.parse(of) as CaseName;
console.log(JSON.stringify(what === 'time' ? measureTime(named) : measureMemory(named)));
