import { checkClassesPerClient } from '../partition/pathological.ts';
import { drawUntilLargeEnough, joinParts, rowsByClass, type Draw } from '../partition/draw.ts';
import { checkAlpha, infeasible, type DrawSettings } from '../partition/partition-options.ts';
import { pairwiseSum } from './pairwise-sum.ts';
import type { NumpyRandomState } from './random-state.ts';

/**
 * The Dirichlet partition of PFLlib, HtFLlib and ProtoNorm (`separate_data`, `partition='dir'`), index by index.
 *
 * For every class in order: shuffle its rows, draw Dir(alpha * 1_N), set to 0 the shares of clients that hold
 * >= n / N samples, renormalise, cut at floor(cumulative share * rows). Repeated until every client has `minSamples`.
 */
export function drawReferenceDirichlet(
  random: NumpyRandomState,
  labels: ArrayLike<number>,
  alpha: number,
  settings: DrawSettings,
): Draw {
  checkAlpha(alpha);
  const { clients, classes } = settings;
  const ofClass = rowsByClass(labels, classes);
  const alphas = new Float64Array(clients).fill(alpha);
  let warnings: string[] = [];
  const drawn = drawUntilLargeEnough(() => {
    warnings = [];
    const sizes = new Int32Array(clients);
    const parts = ofClass.map((ascending, label) => {
      const rows = random.shuffle(ascending.slice());
      const shares = random.dirichlet(alphas).map((p, i) => p * (sizes[i] < labels.length / clients ? 1 : 0));
      const sum = pairwiseSum(shares);
      if (!(sum > 0 && sum < Infinity)) {
        // 0 / 0 in the reference: NumPy turns NaN bounds into -2^63, so that np.split leaves all rows to the last client
        warnings.push(
          `All shares of class ${label} underflowed; as in the reference, the last client got the class.`,
        );
      }
      const part = cutAsNumpy(rows, shares, sum);
      part.forEach((own, client) => (sizes[client] += own.length));
      return part;
    });
    return joinParts(parts, clients);
  }, settings);
  return { ...drawn, warnings };
}

function cutAsNumpy(rows: Int32Array, shares: Float64Array, sum: number): Int32Array[] {
  let cumulative = 0;
  let start = 0;
  return Array.from(shares, (share, i) => {
    cumulative += share / sum;
    const bound = Math.trunc(cumulative * rows.length);
    const end = i === shares.length - 1 ? rows.length : Number.isNaN(bound) ? 0 : bound;
    const part = rows.subarray(start, Math.max(start, end));
    start = end;
    return part;
  });
}

/**
 * The pathological partition of PFLlib (`separate_data`, `partition='pat'`), index by index: for every class in order,
 * the first ceil(clients / classes * k) clients with places left share it; sizes by `np.random.randint` unless balanced.
 */
export function drawReferencePathological(
  random: NumpyRandomState,
  labels: ArrayLike<number>,
  { classesPerClient, balanced }: { classesPerClient: number; balanced: boolean },
  settings: DrawSettings,
): Draw {
  const { clients, classes, minSamples } = settings;
  checkClassesPerClient(classesPerClient, clients, classes);
  const left = new Int32Array(clients).fill(classesPerClient);
  const parts = rowsByClass(labels, classes).map((rows, label) => {
    const open = Array.from(left, (places, client) => (places > 0 ? client : -1)).filter(
      (client) => client >= 0,
    );
    const holders = open.slice(0, Math.ceil((clients / classes) * classesPerClient));
    if (holders.length === 0) {
      throw infeasible(`No client has a place left for class ${label}; the reference divides by zero here.`, {
        received: { clients, classesPerClient },
        hint: 'Raise clients or classesPerClient.',
      });
    }
    const mean = rows.length / holders.length;
    const sizes = holders.slice(1).map(() => {
      if (balanced) return Math.trunc(mean);
      const low = Math.trunc(Math.max(mean / 10, minSamples / classes));
      if (low >= Math.trunc(mean)) {
        throw infeasible(
          `Class ${label} has ${rows.length} samples, too few for ${holders.length} clients.`,
          {
            received: rows.length,
            hint: 'Lower clients or minSamples, or set balanced.',
          },
        );
      }
      return random.randint(low, Math.trunc(mean));
    });
    const part: Int32Array[] = [];
    let start = 0;
    holders.forEach((client, i) => {
      const end = i === sizes.length ? rows.length : start + sizes[i];
      part[client] = rows.subarray(start, end);
      start = end;
      left[client]--;
    });
    return part;
  });
  const drawn = joinParts(parts, clients);
  const smallest = Math.min(...drawn.map((rows) => rows.length));
  if (smallest < Math.max(1, minSamples)) {
    throw infeasible(`A client got ${smallest} samples, fewer than minSamples ${minSamples}.`, {
      received: minSamples,
      hint: 'The reference does not draw again: lower minSamples or set balanced.',
    });
  }
  return { clients: drawn, tries: 1 };
}

/**
 * scikit-learn's `train_test_split(train_size=share, shuffle=True)` on the global random state: the first
 * n - floor(share n) entries of a permutation are the test set, the others the training set.
 *
 * @throws `infeasible-partition` when one of the two would be empty, where scikit-learn raises a ValueError
 */
export function referenceTrainTestSplit(
  random: NumpyRandomState,
  rows: Int32Array,
  trainFraction: number,
): { train: Int32Array; test: Int32Array } {
  const trainSize = Math.floor(trainFraction * rows.length);
  const testSize = rows.length - trainSize;
  if (trainSize === 0 || testSize === 0) {
    throw infeasible(
      `A client with ${rows.length} sample(s) cannot be split into training and test (as in the reference).`,
      {
        received: rows.length,
        hint: 'Set minSamples to 2 or more.',
      },
    );
  }
  const order = random.permutation(rows.length).map((position) => rows[position]);
  return { train: order.slice(testSize), test: order.slice(0, testSize) };
}
