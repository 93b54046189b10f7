import { createRng, ProtoNormError, type RngLabel } from '@protonorm/tensor';

import { createNumpyRandomState, type NumpyRandomState } from '../numpy-legacy/random-state.ts';
import {
  drawReferenceDirichlet,
  drawReferencePathological,
  referenceTrainTestSplit,
} from '../numpy-legacy/reference-partition.ts';
import { drawDirichlet, drawQuantitySkew } from './dirichlet.ts';
import { cutByShares, type Draw } from './draw.ts';
import { distinctGroups, drawNatural } from './natural.ts';
import { drawPathological } from './pathological.ts';
import {
  infeasible,
  partitionKinds,
  resolveSettings,
  type DirichletPartitionOptions,
  type DrawSettings,
  type PathologicalPartitionOptions,
  type PartitionKind,
  type PartitionOptions,
} from './partition-options.ts';

/** Which samples each client trains on and is tested on, and how that was drawn: plain data. */
export interface Partition {
  /** 'given' when it was read from a file that does not say. */
  readonly kind: PartitionKind | 'given';
  readonly seed: RngLabel;
  /** Present when the reference partition was reproduced. */
  readonly compat?: 'numpy-legacy';
  /** Every setting with its default filled in, for manifests; without `seed` and group ids. */
  readonly options: Readonly<Record<string, number | boolean>>;
  /** Draws until every client had enough samples, >= 1. */
  readonly tries: number;
  /** Number of samples of the data set. */
  readonly length: number;
  /** Rows that each client trains on, in batch order; one int32 array for each client. */
  readonly train: readonly Int32Array[];
  /** Rows that each client is tested on. */
  readonly test: readonly Int32Array[];
  /** What a reader of results should know about the draw. */
  readonly warnings: readonly string[];
}

/**
 * Distributes the samples of a data set over clients and splits each client's samples into training and test.
 *
 * Every sample goes to exactly one client. The same options give the same partition on every engine and system: no
 * `Math.log` or `Math.pow` is involved. Where sizes are random, draws are repeated until `minSamples` is met.
 *
 * With `compat: 'numpy-legacy'`, 'dirichlet' and 'pathological' equal the released code (PFLlib, HtFLlib, ProtoNorm:
 * `separate_data` and `split_data` after `np.random.seed(seed)`) index by index, including the order in batches.
 *
 * @param labels - class of each sample, shape [n], 0..C-1: `dataset.labels`
 * @throws `infeasible-partition` with the reason when the data cannot meet the settings; `invalid-argument` for settings
 *   outside of their ranges or an unknown kind; `unknown-class` for labels outside of 0..C-1; `shape-mismatch` for group
 *   ids of another length
 * @example
 * ```ts
 * import { digitsDataset, partition } from '@protonorm/datasets';
 * const { train, test } = partition(digitsDataset().labels, { kind: 'dirichlet', clients: 10, alpha: 0.1, seed: 7 });
 * train.length; // => 10
 * [...train, ...test].reduce((sum, rows) => sum + rows.length, 0); // => 1797
 * ```
 */
export function partition(labels: ArrayLike<number>, options: PartitionOptions): Partition {
  if (!partitionKinds.includes(options.kind)) {
    throw new ProtoNormError('invalid-argument', `There is no partition kind '${String(options.kind)}'.`, {
      received: options.kind,
      expected: partitionKinds,
      hint: `Known kinds: ${partitionKinds.join(', ')}.`,
    });
  }
  if ('compat' in options && options.compat !== undefined) return referencePartition(labels, options);
  const owners = options.kind === 'natural' ? distinctGroups(options.groups, labels.length) : [];
  const clients = options.clients ?? owners.length;
  const settings = resolveSettings(labels, { ...options, clients }, options.kind === 'natural' ? 1 : 2);
  const { draw, own } = drawOf(labels, options, owners, settings);
  const rng = createRng(settings.seed).split('partition', options.kind, 'train-test');
  const split = draw.clients.map((rows, client) => {
    const order = rng.split(client).shuffle(rows.slice());
    const trainSize = Math.floor(settings.trainFraction * order.length);
    return { train: order.slice(0, trainSize), test: order.slice(trainSize) };
  });
  return describe(labels, options, settings, own, draw, split);
}

function drawOf(
  labels: ArrayLike<number>,
  options: PartitionOptions,
  owners: readonly number[],
  settings: DrawSettings,
): { draw: Draw; own: Record<string, number | boolean> } {
  switch (options.kind) {
    case 'iid':
      return { draw: drawIid(labels, settings), own: {} };
    case 'dirichlet': {
      const { alpha = 0.1 } = options;
      return { draw: drawDirichlet(labels, alpha, settings), own: { alpha } };
    }
    case 'pathological': {
      const { classesPerClient = 2, balanced = false } = options;
      const own = { classesPerClient, balanced };
      return { draw: drawPathological(labels, own, settings), own };
    }
    case 'quantity-skew': {
      const { alpha = 0.5 } = options;
      return { draw: drawQuantitySkew(labels, alpha, settings), own: { alpha } };
    }
    case 'natural':
      return { draw: drawNatural(options.groups, owners, settings), own: { groups: owners.length } };
  }
}

function drawIid(labels: ArrayLike<number>, { clients, seed }: DrawSettings): Draw {
  const order = Int32Array.from({ length: labels.length }, (_, i) => i);
  createRng(seed).split('partition', 'iid').shuffle(order);
  return { clients: cutByShares(order, new Float64Array(clients).fill(1 / clients)), tries: 1 };
}

function referencePartition(labels: ArrayLike<number>, options: PartitionOptions): Partition {
  const { random, settings, own, draw } = drawReference(labels, options);
  if (settings.trainFraction >= 1) {
    throw infeasible('The reference splits off a test set: trainFraction must be below 1.', { received: 1 });
  }
  const split = draw.clients.map((rows) => referenceTrainTestSplit(random, rows, settings.trainFraction));
  return { ...describe(labels, options, settings, own, draw, split), compat: 'numpy-legacy' };
}

/** The reference partition before the split into training and test. */
export interface ReferenceAssignment {
  /** Rows of each client in the reference's order. */
  readonly clients: readonly Int32Array[];
  readonly tries: number;
  /** NumPy's global state after the assignment: the splits of the clients, in order, continue from it. */
  readonly random: NumpyRandomState;
}

/**
 * Assigns rows to clients as the reference does, without the split into training and test: what published index hashes
 * cover. {@link partition} continues with {@link referenceTrainTestSplit} for each client.
 *
 * @throws as {@link partition}
 * @example
 * ```ts
 * import { assignReferenceRows } from '@protonorm/datasets';
 * const labels = Int32Array.from({ length: 60 }, (_, i) => i % 3);
 * const { clients } = assignReferenceRows(labels, { kind: 'dirichlet', clients: 2, seed: 1, compat: 'numpy-legacy' });
 * clients.map((rows) => rows.length); // => [39, 21]
 * ```
 */
export function assignReferenceRows(
  labels: ArrayLike<number>,
  options: DirichletPartitionOptions | PathologicalPartitionOptions,
): ReferenceAssignment {
  const { draw, random } = drawReference(labels, options);
  return { clients: draw.clients, tries: draw.tries, random };
}

function drawReference(labels: ArrayLike<number>, options: PartitionOptions) {
  if (
    !(options.kind === 'dirichlet' || options.kind === 'pathological') ||
    options.compat !== 'numpy-legacy'
  ) {
    throw new ProtoNormError(
      'invalid-argument',
      `There is no reference partition of kind '${options.kind}'.`,
      {
        received: options,
        hint: "compat: 'numpy-legacy' knows 'dirichlet' and 'pathological'; PFLlib's IID is 'pathological' with all classes.",
      },
    );
  }
  const settings = resolveSettings(labels, options, 1);
  if (typeof settings.seed !== 'number') {
    throw new ProtoNormError(
      'invalid-argument',
      `A NumPy seed must be an integer, received '${settings.seed}'.`,
      {
        received: settings.seed,
      },
    );
  }
  const random = createNumpyRandomState(settings.seed);
  if (options.kind === 'dirichlet') {
    const { alpha = 0.1 } = options;
    return {
      random,
      settings,
      own: { alpha },
      draw: drawReferenceDirichlet(random, labels, alpha, settings),
    };
  }
  const { classesPerClient = 2, balanced = false } = options;
  const own = { classesPerClient, balanced };
  return { random, settings, own, draw: drawReferencePathological(random, labels, own, settings) };
}

function describe(
  labels: ArrayLike<number>,
  { kind }: PartitionOptions,
  { seed, clients, classes, trainFraction, minSamples, maxTries }: DrawSettings,
  own: Record<string, number | boolean>,
  { tries, warnings = [] }: Draw,
  split: readonly { train: Int32Array; test: Int32Array }[],
): Partition {
  return {
    kind,
    seed,
    options: { clients, classes, ...own, trainFraction, minSamples, maxTries },
    tries,
    length: labels.length,
    train: split.map(({ train }) => train),
    test: split.map(({ test }) => test),
    warnings,
  };
}
