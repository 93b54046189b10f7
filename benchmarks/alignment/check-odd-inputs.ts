/** Goal 9: inputs that something is wrong or odd with, on every method with room for them. Prints the counts as JSON. */
import {
  align,
  alignmentMethods,
  isProtoNormError,
  type AlignmentMethod,
  type Prototypes,
} from '@protonorm/prototype-math';
import { inputOf, tableOf } from './inputs.ts';

const table = inputOf(12, 16);
const rowOf = (row: number): Float32Array => table.vectors.subarray(row * 16, row * 16 + 16);
const withRow = (row: Float32Array | readonly number[], at = 3): Prototypes => {
  const vectors = table.vectors.slice();
  vectors.set(row, at * 16);
  return { ...table, vectors };
};
const near = (distance: number): Prototypes => withRow(rowOf(7).map((x, k) => (k === 0 ? x + distance : x)));

const refused: Readonly<Record<string, Prototypes>> = {
  'a zero vector': withRow(new Float32Array(16)),
  NaN: withRow([Number.NaN]),
  'an infinite entry': withRow([Infinity]),
  'ragged rows': { ...table, vectors: table.vectors.slice(1) },
  'more classes than rows': { ...table, classes: Int32Array.from({ length: 13 }, (_, i) => i) },
  'more counts than rows': { ...table, counts: new Float64Array(13).fill(1) },
  'a class twice': { ...table, classes: table.classes.with(1, 0) },
  'classes out of order': { ...table, classes: table.classes.toReversed() },
  'a negative class': { ...table, classes: table.classes.with(0, -1) },
  'a count of 0': { ...table, counts: table.counts.with(2, 0) },
  'a count that is NaN': { ...table, counts: table.counts.with(2, Number.NaN) },
  'no dimension': { ...table, dim: 0, vectors: new Float32Array(0) },
};

/** With `fill: 'seeded'`: a zero vector is among them. */
const solved: Readonly<Record<string, Prototypes>> = {
  'two equal': withRow(rowOf(7)),
  'two parallel': withRow(rowOf(7).map((x) => 3 * x)),
  'two opposite': withRow(rowOf(7).map((x) => -x)),
  '1e-7 apart': near(1e-7),
  '1e-5 apart': near(1e-5),
  '1e-3 apart': near(1e-3),
  'all equal': tableOf(
    Float32Array.from({ length: 192 }, (_, k) => (k % 16) + 1),
    16,
  ),
  'in a plane': tableOf(
    table.vectors.map((x, k) => (k % 16 < 2 ? x : 0)),
    16,
  ),
  'a zero vector, to be filled': withRow(new Float32Array(16)),
  'all zero, to be filled': tableOf(new Float32Array(192), 16),
  'missing classes': { ...table, classes: table.classes.map((c) => 7 * c + 2) },
  'one class': tableOf(table.vectors.slice(0, 16), 16),
  'two classes': tableOf(table.vectors.slice(0, 32), 16),
  'no class': tableOf(new Float32Array(0), 16),
  'tiny and huge': {
    ...table,
    vectors: table.vectors.map((x, k) => (k < 16 ? x * 1e-37 : k < 32 ? x * 1e37 : x)),
  },
  '20 in 16, two equal': tableOf(Float32Array.from([...table.vectors, ...table.vectors.slice(0, 128)]), 16),
  '40 in 16, two equal': tableOf(
    Float32Array.from([...inputOf(39, 16).vectors, ...inputOf(39, 16).vectors.slice(0, 16)]),
    16,
  ),
  'two in one dimension': tableOf(Float32Array.of(1, 2), 1),
  'five on a circle, two equal': tableOf(Float32Array.of(1, 0, 1, 0, 0, 1, -1, 0, 1, 1), 2),
};

/** These have the optimum of the largest cosine up to 2 d classes. */
const exact = new Set<AlignmentMethod>(['auto', 'simplex', 'orthoSimplices']);

const bad: string[] = [];
const counts = { refused: 0, solved: 0, optimal: 0, noRoom: 0 };
for (const method of Object.keys(alignmentMethods) as AlignmentMethod[]) {
  for (const [name, input] of Object.entries(refused)) {
    const code = codeOf(() => align(input, { method }));
    if (code !== undefined && code !== 'infeasible-alignment') counts.refused++;
    else bad.push(`${method}: ${name} was not refused`);
  }
  for (const [name, input] of Object.entries(solved)) {
    const code = codeOf(() => look(method, name, input));
    if (code === 'infeasible-alignment') counts.noRoom++;
    else if (code !== undefined) bad.push(`${method}: ${name} was refused: ${code}`);
  }
}
const { refused: no, solved: yes, optimal, noRoom } = counts;
const note = `${no} refused, ${yes} solved, ${noRoom} without room in the method, ${optimal} checked for the optimum`;
console.log(JSON.stringify({ on: 'javascript', failures: bad.length, note: [note, ...bad].join('; ') }));

/** Unit rows of numbers, and the optimum where the method has it. */
function look(method: AlignmentMethod, name: string, input: Prototypes): void {
  const { prototypes, geometry, movement, identity } = align(input, { method, fill: 'seeded' });
  const finite =
    prototypes.vectors.every(Number.isFinite) &&
    [movement.rms, movement.max, identity].every(Number.isFinite);
  const { norms, maxCosine, bound } = geometry;
  if (!finite || (norms !== null && !(norms.min > 1 - 1e-6 && norms.max < 1 + 1e-6))) {
    bad.push(`${method}: ${name} gave no unit rows`);
    return;
  }
  counts.solved++;
  if (!exact.has(method) || bound === null || input.classes.length > 2 * input.dim) return;
  counts.optimal++;
  if (!(maxCosine! <= bound.cosine + 1e-6)) bad.push(`${method}: ${name} ended at ${maxCosine!}`);
}

/** The code of a typed error; 'other' for any other error; undefined for none. */
function codeOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return isProtoNormError(error) ? error.code : `other (${String(error)})`;
  }
}
