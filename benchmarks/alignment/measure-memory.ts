/** Peak memory of the first input of one case in a process of its own; see README.md. Prints the figure as JSON. */
import type { AlignmentCase } from './alignment-case.ts';
import { inputOf } from './inputs.ts';
import { inputsOf, linearAlgebraOf, runCase } from './run-case.ts';

const MB = 1e6;

async function measureMemory(of: AlignmentCase): Promise<{ readonly extraMB: number }> {
  const linearAlgebra = await linearAlgebraOf(of);
  // Of the same branch of the method, so that its code is there.
  const small = of.classes <= of.dim + 1 ? inputOf(12, 40) : inputOf(of.classes <= 2 * of.dim ? 24 : 40, 16);
  runCase(of, small, { linearAlgebra });
  const [input] = inputsOf({ ...of, seeds: 1 });
  globalThis.gc!();
  const buffersBefore = process.memoryUsage().arrayBuffers;
  const peakBefore = process.resourceUsage().maxRSS * 1024; // maxRSS is in KiB
  // Peak so far, not the size now: growth below an earlier peak would not be seen, so fill up to it first.
  const ballast = new Uint8Array(Math.max(0, peakBefore - process.memoryUsage().rss)).fill(1);
  let bufferPeak = 0;
  const look = (): void => {
    bufferPeak = Math.max(bufferPeak, process.memoryUsage().arrayBuffers - buffersBefore - ballast.length);
  };
  runCase(of, input, { linearAlgebra, onPass: look });
  look();
  const grown = process.resourceUsage().maxRSS * 1024 - peakBefore;
  return { extraMB: Math.max(grown, bufferPeak) / MB };
}

console.log(JSON.stringify(await measureMemory(JSON.parse(process.argv[2]) as AlignmentCase)));
