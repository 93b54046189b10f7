import { createHash } from 'node:crypto';

import {
  assignReferenceRows,
  createNumpyRandomState,
  digitsDataset,
  partition,
  referenceTrainTestSplit,
  type DirichletPartitionOptions,
  type NumpyRandomState,
  type Partition,
} from '@protonorm/datasets';
import { isProtoNormError, ProtoNormError } from '@protonorm/tensor';

/** One value of a golden file beside ours; equal means equal in every bit. */
interface GoldenCheck {
  readonly what: string;
  readonly expected: unknown;
  readonly received: unknown;
  readonly passed: boolean;
}

/** The checks of one case of a golden file. */
interface GoldenCase {
  readonly name: string;
  readonly checks: readonly GoldenCheck[];
}

/** Result of {@link replayPartitionGolden}. */
export interface GoldenReplay {
  readonly cases: readonly GoldenCase[];
  readonly passed: boolean;
}

/** Settings of {@link replayPartitionGolden}. */
export interface ReplayOptions {
  /** Labels of data sets by name, for partition files; 'digits' and 'cifar2k' are known. */
  readonly labelsOf?: (dataset: string) => ArrayLike<number> | undefined;
  /** Name of the case, when the file holds a single partition. */
  readonly name?: string;
}

type Json = Record<string, unknown>;

/**
 * Replays every case of a partition golden file with `compat: 'numpy-legacy'`: files like `../shared/golden/partition.json`
 * (an object of partition cases and NumPy streams) and like `../shared/golden/partitions/*.json` (one partition).
 *
 * @param value - parsed JSON
 * @throws `invalid-golden` for a file, case or field of another form, or an unknown data set
 */
export function replayPartitionGolden(value: unknown, options: ReplayOptions = {}): GoldenReplay {
  const file = record(value, 'The file');
  const replays: [string, (name: string) => readonly GoldenCheck[]][] =
    'train' in file && 'test' in file
      ? [
          [
            options.name ?? `${String(file.dataset)}_s${String(file.seed)}`,
            (name) => replayPartitionFile(name, file, options),
          ],
        ]
      : Object.entries(file).map(([name, value]) => {
          const entry = record(value, `Case '${name}'`);
          return [
            name,
            () => ('labels' in entry ? replayDirichlet(name, entry) : replayStreams(name, entry)),
          ];
        });
  if (replays.length === 0) throw invalid('The file has no case.', value);
  const cases = replays.map(([name, replay]) => ({ name, checks: replayable(name, replay) }));
  return { cases, passed: cases.every(({ checks }) => checks.every(({ passed }) => passed)) };
}

/** Settings that our code refuses (alpha 0, a seed above 2^32) cannot come from the reference. */
function replayable(name: string, replay: (name: string) => readonly GoldenCheck[]): readonly GoldenCheck[] {
  try {
    return replay(name);
  } catch (error) {
    if (!isProtoNormError(error) || error.code === 'invalid-golden') throw error;
    throw new ProtoNormError('invalid-golden', `Case '${name}' cannot be replayed: ${error.message}`, {
      cause: error,
    });
  }
}

/** A case of `partition.json`: settings and what the reference gave. */
function replayDirichlet(name: string, entry: Json): GoldenCheck[] {
  const classes = integer(entry, 'classes', name);
  const labels = labelsOfCase(entry, classes, name);
  const settings = settingsOf(entry, name, classes);
  const assigned = assignReferenceRows(labels, settings);
  const split = (count: number) =>
    assigned.clients
      .slice(0, count)
      .map((own) => referenceTrainTestSplit(assigned.random, own, settings.trainFraction ?? 0.75));
  const rows = assigned.clients.map((own) => Array.from(own));
  const indices = rows.flat();
  const actual: Record<string, (expected: unknown) => unknown> = {
    tries: () => assigned.tries,
    counts: () => rows.map((own) => countClasses(own, labels, classes)),
    class_counts_per_client: () => rows.map((own) => countClasses(own, labels, classes)),
    sizes: () => rows.map((own) => own.length),
    train_test_first: (expected) =>
      split(Array.isArray(expected) ? expected.length : 0).map(({ train, test }) => [
        train.length,
        test.length,
        train[0],
        test[0],
      ]),
    sha256_all_indices: () => createHash('sha256').update(indices.join(',')).digest('hex'),
  };
  const known = new Set(['labels', 'counts_per_class', 'classes', 'note', ...settingNames]);
  return Object.entries(entry).flatMap(([field, expected]) => {
    const first = /^first(\d+)_indices$/.exec(field);
    if (first)
      return [
        check(
          field,
          expected,
          take(expected, rows).map((own) => own.slice(0, Number(first[1]))),
        ),
      ];
    if (field in actual) return [check(field, expected, actual[field](expected))];
    if (known.has(field)) return [];
    throw invalid(`Case '${name}' has the unknown field '${field}'.`, field);
  });
}

/** A partition file: the whole index lists. */
function replayPartitionFile(name: string, entry: Json, { labelsOf }: ReplayOptions): GoldenCheck[] {
  const dataset = String(entry.dataset);
  const labels = labelsOf?.(dataset) ?? knownLabels(dataset);
  if (labels === undefined) {
    throw invalid(
      `The labels of the data set '${dataset}' are not known.`,
      dataset,
      'Known: digits, cifar2k.',
    );
  }
  const drawn = partition(labels, settingsOf(entry, name));
  const classes = drawn.options.classes as number;
  const counts = () =>
    lists(drawn.train).map((own, i) => countClasses(own.concat(...drawn.test[i]), labels, classes));
  const checks = [
    check('train', entry.train, lists(drawn.train)),
    check('test', entry.test, lists(drawn.test)),
  ];
  if ('tries' in entry) checks.push(check('tries', entry.tries, drawn.tries));
  if ('class_counts_per_client' in entry) {
    checks.push(check('class_counts_per_client', entry.class_counts_per_client, counts()));
  }
  return checks;
}

/** NumPy's streams; each starts from a fresh seed, that of the name (`numpy_legacy_seed1`) or of the field `seed`. */
function replayStreams(name: string, entry: Json): GoldenCheck[] {
  const seed =
    typeof entry.seed === 'number' ? entry.seed : Number(/seed(\d+)/.exec(name)?.[1] ?? Number.NaN);
  if (!Number.isInteger(seed)) throw invalid(`Case '${name}' is no partition and names no seed.`, entry);
  return Object.entries(entry).flatMap(([field, expected]) => {
    if (field === 'seed' || field === 'note') return [];
    const received = streamOf(field, createNumpyRandomState(seed));
    if (received === undefined) throw invalid(`Case '${name}' has the unknown stream '${field}'.`, field);
    return [check(field, expected, received)];
  });
}

const streams: readonly [RegExp, (random: NumpyRandomState, ...numbers: number[]) => ArrayLike<number>][] = [
  [/^uint32_first(\d+)$/, (random, n) => repeat(n, random.uint32)],
  [/^random_sample_first(\d+)$/, (random, n) => repeat(n, random.randomSample)],
  [/^standard_normal_first(\d+)$/, (random, n) => repeat(n, random.standardNormal)],
  [/^standard_exponential_first(\d+)$/, (random, n) => repeat(n, random.standardExponential)],
  [
    /^standard_gamma_([\d.]+)_first(\d+)$/,
    (random, shape, n) => repeat(n, () => random.standardGamma(shape)),
  ],
  [/^dirichlet_([\d.]+)x(\d+)$/, (random, alpha, k) => random.dirichlet(repeat(k, () => alpha))],
  [/^randint_(\d+)_(\d+)_first(\d+)$/, (random, low, high, n) => repeat(n, () => random.randint(low, high))],
  [/^shuffle_arange(\d+)$/, (random, n) => random.shuffle(Array.from({ length: n }, (_, i) => i))],
  [/^permutation(\d+)$/, (random, n) => random.permutation(n)],
];

function streamOf(field: string, random: NumpyRandomState): number[] | undefined {
  for (const [pattern, draw] of streams) {
    const match = pattern.exec(field);
    if (match) return Array.from(draw(random, ...match.slice(1).map(Number)));
  }
  return undefined;
}

const settingNames = ['clients', 'alpha', 'seed', 'least_samples', 'train_size'] as const;

function settingsOf(entry: Json, name: string, classes?: number): DirichletPartitionOptions {
  const optional = (field: string) => (entry[field] === undefined ? undefined : number(entry, field, name));
  const trainFraction = optional('train_size');
  return {
    kind: 'dirichlet',
    compat: 'numpy-legacy',
    clients: integer(entry, 'clients', name),
    alpha: number(entry, 'alpha', name),
    seed: integer(entry, 'seed', name),
    minSamples: optional('least_samples') ?? 1,
    maxTries: 1_000_000, // the reference has no limit
    ...(trainFraction !== undefined && { trainFraction }),
    ...(classes !== undefined && { classes }),
  };
}

/** 'sorted': 0,0,..,1,1,..; 'mod': i mod classes; or the labels themselves. */
function labelsOfCase(entry: Json, classes: number, name: string): Int32Array {
  if (Array.isArray(entry.labels)) return Int32Array.from(integers(entry.labels, `labels of case '${name}'`));
  const perClass = entry.counts_per_class;
  const counts =
    typeof perClass === 'number'
      ? new Array<number>(classes).fill(perClass)
      : integers(perClass, `counts_per_class of case '${name}'`);
  if (counts.length !== classes || !counts.every((count) => Number.isInteger(count) && count >= 0)) {
    throw invalid(`Case '${name}' has counts for ${counts.length} of ${classes} classes.`, perClass);
  }
  if (entry.labels === 'sorted') {
    return Int32Array.from(counts.flatMap((count, label) => new Array<number>(count).fill(label)));
  }
  if (entry.labels === 'mod') {
    const length = counts.reduce((a, b) => a + b, 0);
    return Int32Array.from({ length }, (_, i) => i % classes);
  }
  throw invalid(
    `Case '${name}' has labels ${JSON.stringify(entry.labels)}.`,
    entry.labels,
    "Known: 'sorted', 'mod'.",
  );
}

function knownLabels(dataset: string): ArrayLike<number> | undefined {
  if (dataset === 'digits') return digitsDataset().labels;
  if (dataset === 'cifar2k') return Int32Array.from({ length: 2000 }, (_, i) => Math.floor(i / 200));
  return undefined;
}

function lists(rows: Partition['train']): number[][] {
  return rows.map((own) => Array.from(own));
}

function countClasses(rows: readonly number[], labels: ArrayLike<number>, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const row of rows) counts[labels[row]]++;
  return counts;
}

function check(what: string, expected: unknown, received: unknown): GoldenCheck {
  return { what, expected, received, passed: JSON.stringify(expected) === JSON.stringify(received) };
}

/** As many entries as the golden file lists: it may hold the first clients only. */
function take<T>(expected: unknown, all: readonly T[]): readonly T[] {
  return all.slice(0, Array.isArray(expected) ? expected.length : 0);
}

function repeat(count: number, draw: () => number): number[] {
  return Array.from({ length: count }, draw);
}

function record(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw invalid(`${what} must be an object.`, value);
}

function number(entry: Json, field: string, name: string): number {
  const value = entry[field];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw invalid(`Case '${name}' needs a number '${field}', received ${JSON.stringify(value)}.`, value);
}

function integer(entry: Json, field: string, name: string): number {
  const value = number(entry, field, name);
  if (Number.isInteger(value)) return value;
  throw invalid(`Case '${name}' needs an integer '${field}', received ${value}.`, value);
}

function integers(value: unknown, what: string): number[] {
  if (Array.isArray(value) && value.every((entry) => Number.isInteger(entry))) return value as number[];
  throw invalid(`The ${what} must be a list of integers.`, value);
}

function invalid(message: string, received: unknown, hint?: string): ProtoNormError {
  return new ProtoNormError('invalid-golden', message, { received, ...(hint !== undefined && { hint }) });
}
