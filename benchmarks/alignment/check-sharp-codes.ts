/** Goal 7: arrangements whose largest cosine is known to be the best, by an energy. Prints the figures as JSON. */
import { align } from '@protonorm/prototype-math';
import { inputOf } from './inputs.ts';

const { count, dim, cosine, s, starts } = JSON.parse(process.argv[2]) as {
  readonly count: number;
  readonly dim: number;
  readonly cosine: number;
  readonly s: number;
  readonly starts: number;
};
let hits = 0;
let passes = 0;
let maxCosine = 1;
for (let seed = 0; seed < starts; seed++) {
  const result = align(inputOf(count, dim, { seed }), { method: 'energy', s });
  passes = Math.max(passes, result.passes);
  maxCosine = Math.min(maxCosine, result.geometry.maxCosine!);
  if (Math.abs(result.geometry.maxCosine! - cosine) <= 1e-4) hits++;
}
console.log(
  JSON.stringify({ on: 'javascript', passes, maxCosine, bound: cosine, hits, note: `of ${starts}` }),
);
