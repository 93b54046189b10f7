import { existsSync, readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { digitsDataset } from '../digits/digits.ts';
import { partition } from './partition.ts';
import { partitionFromFile, partitionToFile, type PartitionFileTarget } from './partition-file.ts';
import { partitionStatistics } from './partition-statistics.ts';

const code = (name: string) => expect.objectContaining({ code: name });
const golden = new URL('../../../../../shared/golden/partitions/', import.meta.url);
const has = existsSync(golden);
const { labels } = digitsDataset();

describe('partitionFromFile', () => {
  it('is the inverse of partitionToFile, also through JSON', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('iid', 'dirichlet', 'quantity-skew' as const), (seed, kind) => {
        const drawn = partition(labels, { kind: kind as 'iid', clients: 7, seed });
        const text = JSON.stringify(partitionToFile(drawn, { dataset: 'digits' }));
        expect(partitionFromFile(JSON.parse(text), { length: 1797, clients: 7, labels })).toEqual(drawn);
      }),
      { seed: 1, numRuns: 10 },
    );
    const reference = partition(labels, {
      kind: 'dirichlet',
      clients: 7,
      seed: 1,
      compat: 'numpy-legacy',
      minSamples: 2,
    });
    expect(partitionFromFile(partitionToFile(reference), { length: 1797 })).toEqual(reference);
  });

  it('reads what the reference runs wrote', () => {
    const file = {
      seed: 3,
      alpha: 0.5,
      clients: 2,
      least_samples: 1,
      train_size: 0.75,
      tries: 4,
      train: [[0, 2], [3]],
      test: [[1], []],
    };
    expect(partitionFromFile(file, { length: 5, clients: 2 })).toEqual({
      kind: 'dirichlet',
      seed: 3,
      options: { clients: 2, alpha: 0.5, minSamples: 1, trainFraction: 0.75 },
      tries: 4,
      length: 5,
      train: [Int32Array.of(0, 2), Int32Array.of(3)],
      test: [Int32Array.of(1), new Int32Array(0)],
      warnings: [],
    });
    expect(partitionFromFile({ train: [[0]], test: [[1]] }, { length: 2 }).kind).toBe('given');
  });

  it.skipIf(!has)('checks the class counts of the reference runs (skipped without ../shared)', () => {
    const file: unknown = JSON.parse(readFileSync(new URL('digits_a0.1_s1.json', golden), 'utf8'));
    const drawn = partitionFromFile(file, { length: 1797, clients: 10, labels });
    // reference-runs.md, section 2: majority-class baseline of digits, seed 1
    expect(partitionStatistics(drawn, labels).majorityBaseline.toFixed(3)).toBe('0.739');
    const wrong = labels.toReversed();
    expect(() => partitionFromFile(file, { length: 1797, labels: wrong })).toThrow(
      /another data set or another order/,
    );
  });

  const good = { train: [[0, 2], [3]], test: [[1], [4]] };
  it.each<[string, RegExp, unknown, Partial<PartitionFileTarget>]>([
    ['no object', /must hold a JSON object/, 'text', {}],
    ['nothing', /must hold a JSON object/, null, {}],
    ['no lists', /'train' must be a list of lists/, { test: [[0]] }, {}],
    ['no client', /'train' must be a list of lists/, { train: [], test: [] }, {}],
    ['a list that is flat', /'test' must be a list of lists/, { train: [[0]], test: [1] }, {}],
    ['a text as index', /has "3" at position 0/, { ...good, train: [[0], ['3']] }, {}],
    ['half an index', /has 0.5 at position 1/, { ...good, train: [[0, 0.5], []] }, {}],
    ['a negative index', /index -1/, { ...good, train: [[0, -1], []] }, {}],
    ['an index above int32', /index 4294967296/, { ...good, train: [[4294967296], []] }, {}],
    ['an index outside of the data', /index 4, but the data set has 4 samples/, good, { length: 4 }],
    [
      'a sample twice',
      /Sample 2 is in 'train' of client 0 and again in 'test' of client 1/,
      { ...good, test: [[1], [2]] },
      {},
    ],
    ['a sample twice in a list', /Sample 0 is in/, { ...good, train: [[0, 0], [3]] }, {}],
    [
      'test sets of other clients',
      /training sets of 2 clients, but test sets of 1/,
      { ...good, test: [[1]] },
      {},
    ],
    ['another number of clients than it says', /says 3 clients, but lists 2/, { ...good, clients: 3 }, {}],
    ['another number of clients than the run', /is for 2 clients, the run has 5/, good, { clients: 5 }],
    ['another number of samples', /is for 6 samples, the data set has 5/, { ...good, length: 6 }, {}],
    ['another format', /version 2/, { ...good, format: 'protonorm-partition', version: 2 }, {}],
    [
      'an unknown kind',
      /unknown kind "odd"/,
      { ...good, format: 'protonorm-partition', version: 1, kind: 'odd' },
      {},
    ],
    [
      'malformed options',
      /malformed options/,
      { ...good, format: 'protonorm-partition', version: 1, kind: 'iid', options: 3 },
      {},
    ],
    [
      'other class counts',
      /Client 0 has the class counts/,
      {
        ...good,
        class_counts_per_client: [
          [3, 0],
          [2, 0],
        ],
      },
      { labels: [0, 0, 1, 0, 0] },
    ],
    [
      'malformed class counts',
      /Client 0 has the class counts/,
      { ...good, class_counts_per_client: 7 },
      { labels: [0, 0, 1, 0, 0] },
    ],
  ])('refuses %s', (_, message, value, target) => {
    const read = () => partitionFromFile(value, { length: 5, ...target });
    expect(read).toThrow(code('invalid-partition'));
    expect(read).toThrow(message);
  });
});
