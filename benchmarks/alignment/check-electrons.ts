/** Goal 7: Thomson's problem, N electrons on a sphere in space, from random starts. Prints the figures as JSON. */
import { align } from '@protonorm/prototype-math';
import { inputOf } from './inputs.ts';

const { count, least, starts } = JSON.parse(process.argv[2]) as {
  readonly count: number;
  readonly least: number;
  readonly starts: number;
};
let hits = 0;
let passes = 0;
for (let seed = 0; seed < starts; seed++) {
  const result = align(inputOf(count, 3, { seed }), { method: 'energy', s: 1 });
  passes = Math.max(passes, result.passes);
  if (Math.abs(result.geometry.coulombEnergy - least) <= 1e-6) hits++;
}
console.log(JSON.stringify({ on: 'javascript', passes, hits, note: `of ${starts}` }));
