import type { Partition } from './partition.ts';

/** How the classes are spread over the clients. */
export interface PartitionStatistics {
  readonly clients: number;
  readonly classes: number;
  /** Samples of each class (training and test), one array of length C for each client. */
  readonly counts: readonly Int32Array[];
  /** Training samples of each class, one array of length C for each client. */
  readonly trainCounts: readonly Int32Array[];
  /** Test samples of each class, one array of length C for each client. */
  readonly testCounts: readonly Int32Array[];
  /** Samples of each client, shape [N]. */
  readonly sizes: Int32Array;
  readonly trainSizes: Int32Array;
  readonly testSizes: Int32Array;
  /** Entropy of each client's class distribution in nats, shape [N], 0..ln C. */
  readonly entropy: Float64Array;
  /** exp(entropy): as many equally frequent classes have the same entropy, shape [N], 1..C; 0 without samples. */
  readonly effectiveClasses: Float64Array;
  /** Classes that a client has no sample of. */
  readonly missingClasses: readonly (readonly number[])[];
  /**
   * Accuracy over all test samples when each client always says the most frequent class of its training set: what a
   * result must beat to show learning. 0 when there is no test sample.
   */
  readonly majorityBaseline: number;
}

/**
 * Counts classes per client and derives how uneven a partition is.
 *
 * @param partition - rows of each client
 * @param labels - class of each sample, shape [n], 0..C-1
 * @param options.classes - C, if larger than the largest label + 1
 * @example
 * ```ts
 * import { digitsDataset, partition, partitionStatistics } from '@protonorm/datasets';
 * const { labels } = digitsDataset();
 * const even = partition(labels, { kind: 'iid', clients: 3, seed: 1 });
 * [...partitionStatistics(even, labels).sizes]; // => [599, 599, 599]
 * ```
 */
export function partitionStatistics(
  partition: Pick<Partition, 'train' | 'test'>,
  labels: ArrayLike<number>,
  options: { readonly classes?: number } = {},
): PartitionStatistics {
  let classes = options.classes ?? 1;
  for (let i = 0; i < labels.length; i++) classes = Math.max(classes, labels[i] + 1);
  const count = (rows: Int32Array): Int32Array => {
    const counts = new Int32Array(classes);
    for (const row of rows) counts[labels[row]]++;
    return counts;
  };
  const trainCounts = partition.train.map(count);
  const testCounts = partition.test.map(count);
  const counts = trainCounts.map((own, client) =>
    own.map((value, label) => value + testCounts[client][label]),
  );
  const sizes = Int32Array.from(counts, total);
  const entropy = Float64Array.from(counts, (own, client) => entropyOf(own, sizes[client]));
  const testSizes = Int32Array.from(testCounts, total);
  const right = testCounts.reduce((sum, own, client) => sum + own[indexOfLargest(trainCounts[client])], 0);
  const tested = total(testSizes);
  return {
    clients: counts.length,
    classes,
    counts,
    trainCounts,
    testCounts,
    sizes,
    trainSizes: Int32Array.from(trainCounts, total),
    testSizes,
    entropy,
    effectiveClasses: entropy.map((nats, client) => (sizes[client] === 0 ? 0 : Math.exp(nats))),
    missingClasses: counts.map((own) => Array.from(own.keys()).filter((label) => own[label] === 0)),
    majorityBaseline: tested === 0 ? 0 : right / tested,
  };
}

function total(values: Int32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

function entropyOf(counts: Int32Array, size: number): number {
  let sum = 0;
  for (const count of counts) if (count > 0) sum -= (count / size) * Math.log(count / size);
  return Math.max(0, sum); // -1 log 1 = -0
}

/** The first of equally frequent classes, as `collections.Counter` and `argmax` do. */
function indexOfLargest(counts: Int32Array): number {
  let best = 0;
  for (let label = 1; label < counts.length; label++) if (counts[label] > counts[best]) best = label;
  return best;
}
