import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { digitsDataset } from '../digits/digits.ts';
import { assignReferenceRows, partition } from '../partition/partition.ts';
import type {
  DirichletPartitionOptions,
  PathologicalPartitionOptions,
} from '../partition/partition-options.ts';
import { createNumpyRandomState } from './random-state.ts';
import { referenceTrainTestSplit } from './reference-partition.ts';

type ReferenceOptions = DirichletPartitionOptions | PathologicalPartitionOptions;

const golden = new URL('../../../../../shared/golden/partitions/', import.meta.url);
const has = existsSync(golden);
const flat = (lists: readonly Int32Array[]) => lists.flatMap((rows) => Array.from(rows)).join(',');
const labels = Int32Array.from({ length: 600 }, (_, i) => i % 7);

/** SHA-256 of "all rows in client order|all training rows|all test rows", each joined by commas. */
function fingerprint(options: ReferenceOptions): string {
  const { clients } = assignReferenceRows(labels, options);
  const { train, test } = partition(labels, options);
  return createHash('sha256')
    .update([flat(clients), flat(train), flat(test)].join('|'))
    .digest('hex');
}

/** Results of the released procedure with NumPy 2.4.6 and scikit-learn 1.9.1 on glibc 2.36; 661 other settings were compared once. */
describe("compat: 'numpy-legacy'", () => {
  it.each<[string, Omit<DirichletPartitionOptions, 'kind' | 'compat'>, number, string]>([
    [
      'a few clients',
      { clients: 12, alpha: 0.3, seed: 11, minSamples: 5 },
      1,
      '555ae1ec2e9b16f4218a7f34bbe4c5cb9b599e096fce89d3ca159918bcb79b3b',
    ],
    [
      'many clients, exponential shares',
      { clients: 60, alpha: 1, seed: 4294967295, minSamples: 5 },
      2,
      'b6f6b05739dcb15990329accdb9c9bae9ae1fceff4b0b58ece8028fb0eb0622e',
    ],
    [
      'alpha above 1',
      { clients: 5, alpha: 7.5, seed: 0 },
      1,
      '8217f8a7d35d2a8c89abc6f94eebe8b760419fe387096ae6bfdf9a25cd7fe301',
    ],
    [
      'shares that underflow',
      { clients: 3, alpha: 0.001, seed: 2, minSamples: 2 },
      1,
      '21ff5d2d97fac364df9c43e9777eb12cfc44ffb01ad917ff0ba9a9e88b2ec335',
    ],
  ])('dirichlet, %s', (_, options, tries, sha256) => {
    const all = { kind: 'dirichlet', compat: 'numpy-legacy', ...options } as const;
    expect(assignReferenceRows(labels, all).tries).toBe(tries);
    expect(fingerprint(all)).toBe(sha256);
  });

  it.each<[string, Omit<PathologicalPartitionOptions, 'kind' | 'compat'>, string]>([
    [
      '3 classes',
      { clients: 9, classesPerClient: 3, seed: 5 },
      '50a627a2c1b61444ad5630fc9d456c1f48430ed6a6092857b35b614daec51f7b',
    ],
    [
      '2 classes, balanced',
      { clients: 14, classesPerClient: 2, balanced: true, seed: 5 },
      '66cb2c7d18b0361a536604c9cf9df269bab45ab1249eed7bf16bd4d511bafbe5',
    ],
    [
      'all classes',
      { clients: 8, classesPerClient: 7, seed: 1 },
      '4ed70ceedb9d26df2f81a362056956e7847994c3d4dd35fbd311d6b8c9f41636',
    ],
  ])('pathological, %s', (_, options, sha256) => {
    expect(fingerprint({ kind: 'pathological', compat: 'numpy-legacy', ...options })).toBe(sha256);
  });

  it('warns when the reference divides 0 by 0', () => {
    const options = {
      kind: 'dirichlet',
      compat: 'numpy-legacy',
      clients: 3,
      alpha: 0.001,
      minSamples: 2,
    } as const;
    expect(partition(labels, { ...options, seed: 2 }).warnings.join()).toMatch(
      /the last client got the class/,
    );
    expect(partition(labels, { ...options, alpha: 0.5, seed: 2 }).warnings).toEqual([]);
  });

  it('draws shares for classes without samples, as the reference does', () => {
    const options = { kind: 'dirichlet', compat: 'numpy-legacy', clients: 3, alpha: 0.5, seed: 1 } as const;
    const odd = Int32Array.from({ length: 60 }, (_, i) => 1 + (i % 2));
    expect(partition(odd, { ...options, classes: 3 })).toEqual(partition(odd, options));
    const shifted = odd.map((label) => label - 1);
    expect(partition(shifted, options).train).not.toEqual(partition(odd, options).train);
  });

  it.skipIf(!has)(
    'equals the partitions of the reference runs, every index (skipped without ../shared)',
    () => {
      const cifar2k = Int32Array.from({ length: 2000 }, (_, i) => Math.floor(i / 200));
      for (const [dataset, seeds, minSamples, of] of [
        ['digits', [1, 2, 3], 40, digitsDataset().labels],
        ['cifar2k', [1, 2], 60, cifar2k],
      ] as const) {
        for (const seed of seeds) {
          const file = new URL(`${dataset}_a0.1_s${seed}.json`, golden);
          const expected = JSON.parse(readFileSync(file, 'utf8')) as {
            tries: number;
            train: number[][];
            test: number[][];
          };
          const options = {
            kind: 'dirichlet',
            compat: 'numpy-legacy',
            clients: 10,
            alpha: 0.1,
            seed,
            minSamples,
          } as const;
          const { tries, train, test } = partition(of, options);
          expect(tries).toBe(expected.tries);
          expect(train.map((rows) => Array.from(rows))).toEqual(expected.train);
          expect(test.map((rows) => Array.from(rows))).toEqual(expected.test);
        }
      }
    },
  );
});

describe('referenceTrainTestSplit', () => {
  it('takes the test set from the front of the permutation and rounds the training set down', () => {
    const rows = Int32Array.of(10, 20, 30, 40, 50, 60, 70);
    const { train, test } = referenceTrainTestSplit(createNumpyRandomState(1), rows, 0.75);
    // np.random.seed(1); train_test_split(np.arange(10, 80, 10), train_size=.75) of scikit-learn 1.9.1
    expect([[...train], [...test]]).toEqual([
      [20, 10, 50, 40, 60],
      [70, 30],
    ]);
  });
});
