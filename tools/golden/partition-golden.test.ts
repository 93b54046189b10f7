import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { replayPartitionGolden } from './partition-golden.ts';

const golden = new URL('../../../shared/golden/', import.meta.url);
const has = existsSync(new URL('partition.json', golden));
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, golden), 'utf8'));
const code = (name: string) => expect.objectContaining({ code: name });

/** What the released procedure gives with NumPy 2.4.6 and scikit-learn 1.9.1 on small cases. */
const small = {
  small: {
    labels: 'sorted',
    counts_per_class: [30, 20, 25],
    classes: 3,
    clients: 4,
    alpha: 0.5,
    seed: 5,
    least_samples: 8,
    tries: 1,
    counts: [
      [19, 0, 0],
      [4, 0, 4],
      [5, 11, 6],
      [2, 9, 15],
    ],
    sizes: [19, 8, 22, 26],
    first3_indices: [
      [11, 29, 23],
      [24, 7, 4],
    ],
    train_test_first: [
      [14, 5, 26, 10],
      [6, 2, 60, 53],
      [16, 6, 16, 41],
      [19, 7, 32, 64],
    ],
    sha256_all_indices: '5d4bb1ec6083fbf7dd55c13e1ec23067fa3d4c995d2506ba5103971af471ae1d',
  },
  shape_above_one: {
    labels: 'mod',
    counts_per_class: [40, 10, 30, 20],
    classes: 4,
    clients: 3,
    alpha: 2.5,
    seed: 123456789,
    least_samples: 20,
    tries: 1,
    counts: [
      [10, 13, 3, 2],
      [8, 10, 8, 16],
      [7, 2, 14, 7],
    ],
    sizes: [28, 42, 30],
    first3_indices: [
      [32, 88, 24],
      [20, 44, 56],
    ],
    train_test_first: [
      [21, 7, 68, 17],
      [31, 11, 91, 53],
      [22, 8, 66, 48],
    ],
    sha256_all_indices: '1c6a15616163c2939afcea343b7d5ab3748c97d96e6c91e0b4aae90b7c5d508c',
  },
  numpy_legacy_seed3: {
    random_sample_first2: [0.5507979025745755, 0.7081478226181048],
    standard_normal_first3: [1.7886284734303186, 0.43650985051198943, 0.09649746807200862],
    standard_exponential_first2: [0.8002823868824798, 1.2315078467403449],
    'standard_gamma_0.5_first3': [0.3064370912697103, 0.0846255671220083, 1.6145306258960375],
    'standard_gamma_2.5_first3': [6.009833246106926, 2.8747981597832424, 1.7834733227529087],
    standard_gamma_1_first2: [0.8002823868824798, 1.2315078467403449],
    'dirichlet_0.5x6': [
      0.15133395248611817, 0.041792334932069256, 0.797335923057969, 0.007788839071126837,
      0.0013081458952144457, 0.0004408045575020801,
    ],
    permutation12: [5, 4, 1, 2, 11, 6, 7, 0, 3, 9, 8, 10],
    shuffle_arange12: [5, 4, 1, 2, 11, 6, 7, 0, 3, 9, 8, 10],
    randint_3_1000_first4: [877, 667, 252, 646],
  },
};

describe('replayPartitionGolden', () => {
  it.skipIf(!has)('replays every case of ../shared/golden/partition.json (skipped without ../shared)', () => {
    const { cases, passed } = replayPartitionGolden(read('partition.json'));
    expect(passed).toBe(true);
    expect(cases.map(({ name, checks }) => [name, checks.length])).toEqual([
      ['cifar10_20_a0.1_sorted', 6],
      ['cifar10_20_a0.1_mod', 6],
      ['cifar100_20_a0.1_sorted', 6],
      ['mnist_20_a0.1_sorted', 6],
      ['numpy_legacy_seed1', 7],
    ]);
  });

  it.skipIf(!has)(
    'replays the partition files of the reference runs, every index (skipped without ../shared)',
    () => {
      const files = readdirSync(new URL('partitions/', golden));
      expect(files.length).toBe(5);
      for (const file of files) {
        const { cases, passed } = replayPartitionGolden(read(`partitions/${file}`), { name: file });
        expect([file, passed]).toEqual([file, true]);
        expect(cases[0].checks.map(({ what }) => what)).toEqual([
          'train',
          'test',
          'tries',
          'class_counts_per_client',
        ]);
      }
    },
  );

  it('replays small cases, also with alpha above 1, a minimum size and other streams', () => {
    const { cases, passed } = replayPartitionGolden(small);
    expect(passed).toBe(true);
    expect(cases.map(({ checks }) => checks.length)).toEqual([6, 6, 10]);
  });

  it('reports what differs', () => {
    const changed = { ...small, small: { ...small.small, sizes: [19, 8, 22, 27] } };
    const { cases, passed } = replayPartitionGolden(changed);
    expect(passed).toBe(false);
    expect(cases[0].checks.filter((check) => !check.passed)).toEqual([
      { what: 'sizes', expected: [19, 8, 22, 27], received: [19, 8, 22, 26], passed: false },
    ]);
    const ulp = { numpy_legacy_seed3: { random_sample_first2: [0.5507979025745755, 0.7081478226181049] } };
    expect(replayPartitionGolden(ulp).passed).toBe(false);
  });

  it('takes labels from the caller', () => {
    const file = { dataset: 'mine', seed: 5, alpha: 0.5, clients: 4, least_samples: 8, train: [], test: [] };
    const labels = [...Array(30).fill(0), ...Array(20).fill(1), ...Array(25).fill(2)] as number[];
    const { cases } = replayPartitionGolden(file, {
      labelsOf: (name) => (name === 'mine' ? labels : undefined),
    });
    const [train] = cases[0].checks;
    expect(train.passed).toBe(false);
    expect((train.received as number[][]).map((own) => own[0])).toEqual([26, 60, 16, 32]);
  });

  it.each([
    ['nothing', null],
    ['a list', [small]],
    ['an empty file', {}],
    ['a case that is no object', { a: 3 }],
    ['an unknown field', { a: { ...small.small, surprise: 1 } }],
    ['an unknown stream', { numpy_legacy_seed1: { poisson_first5: [] } }],
    ['a stream without a seed', { streams: { permutation3: [0, 1, 2] } }],
    ['unknown labels', { a: { ...small.small, labels: 'random' } }],
    ['a missing setting', { a: { ...small.small, alpha: undefined } }],
    ['an impossible setting', { a: { ...small.small, alpha: 0 } }],
    ['a seed that NumPy refuses', { numpy_legacy_seed4294967296: { permutation3: [0, 1, 2] } }],
    ['counts that do not fit', { a: { ...small.small, counts_per_class: [1, 2] } }],
    ['an unknown data set', { dataset: 'other', seed: 1, alpha: 1, clients: 2, train: [], test: [] }],
  ])('refuses %s', (_, value) => {
    expect(() => replayPartitionGolden(value)).toThrow(code('invalid-golden'));
  });
});
