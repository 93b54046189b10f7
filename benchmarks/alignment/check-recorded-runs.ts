/** Goal 1: the recorded runs of the released code in ../../../shared/golden. Prints the figures as JSON. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { align, type AlignOptions } from '@protonorm/prototype-math';
import { tableOf } from './inputs.ts';

interface Recorded {
  readonly d: number;
  readonly iterations: number;
  readonly meanForce: readonly number[];
  /** Rows of float32 in base64. */
  readonly input: string;
  readonly result: string;
  readonly result_1: string;
  readonly result_10: string;
  readonly result_noEarlyStop: string;
}

const folder = new URL('../../../shared/golden/alignment/', import.meta.url);
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
let difference = 0;
let relativeForceDifference = 0;
let failures = 0;
for (const name of files) {
  const recorded = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Recorded;
  const table = tableOf(rows(recorded.input), recorded.d);
  const run = (options: AlignOptions) => align(table, { ...options, method: 'reference' });
  const released = run({});
  const compared = [
    [released, recorded.result],
    [run({ iterations: 1 }), recorded.result_1],
    [run({ iterations: 10 }), recorded.result_10],
    [run({ earlyStop: false }), recorded.result_noEarlyStop],
  ] as const;
  for (const [{ prototypes }, expected] of compared) {
    const values = rows(expected);
    prototypes.vectors.forEach((x, k) => (difference = Math.max(difference, Math.abs(x - values[k]))));
  }
  if (released.passes !== recorded.iterations) failures++;
  released.meanForce.forEach((force, pass) => {
    const relative = Math.abs(force / recorded.meanForce[pass] - 1);
    relativeForceDifference = Math.max(relativeForceDifference, relative);
  });
}
const note = files.length === 0 ? 'left out: no ../shared/golden' : `${files.length} recorded runs`;
console.log(
  JSON.stringify({
    on: 'javascript',
    note,
    ...(files.length > 0 && { difference, relativeForceDifference, failures }),
  }),
);

function rows(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64');
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
