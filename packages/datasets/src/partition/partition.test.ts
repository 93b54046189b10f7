import { createRng } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { digitsDataset } from '../digits/digits.ts';
import { partition, type Partition } from './partition.ts';
import { partitionKinds, type PartitionOptions } from './partition-options.ts';

const code = (name: string) => expect.objectContaining({ code: name });
const { labels } = digitsDataset();
const rowsOf = ({ train, test }: Partition) => train.map((own, i) => [...own, ...test[i]]);
const sizesOf = (drawn: Partition) => rowsOf(drawn).map((rows) => rows.length);
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Labels of n samples in random order, every class present. */
const someLabels = fc
  .tuple(fc.integer({ min: 60, max: 300 }), fc.integer({ min: 2, max: 8 }), fc.integer())
  .map(([n, classes, seed]) => createRng(seed).shuffle(range(n).map((i) => i % classes)));

/** Settings of any kind that 60 samples of up to 8 classes can meet. */
const someOptions = fc.oneof(
  fc.record({ kind: fc.constant('iid' as const) }),
  fc.record({ kind: fc.constant('dirichlet' as const), alpha: fc.constantFrom(0.3, 1, 20) }),
  fc.record({
    kind: fc.constant('dirichlet' as const),
    alpha: fc.constantFrom(0.5, 1, 20),
    compat: fc.constant('numpy-legacy' as const),
    minSamples: fc.constant(2),
  }),
  fc.record({
    kind: fc.constant('pathological' as const),
    classesPerClient: fc.constant(2),
    balanced: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('quantity-skew' as const), alpha: fc.constantFrom(0.3, 1, 20) }),
  fc.record({
    kind: fc.constant('natural' as const),
    groups: fc.constant(range(300).map((i) => (i * 7) % 11)),
  }),
);

const spread = (sizes: number[]) => Math.max(...sizes) / Math.min(...sizes);

describe('partition: laws of every kind', () => {
  it('gives every sample to one place, splits by floor, meets the minimum, and repeats itself', () => {
    fc.assert(
      fc.property(
        someLabels,
        someOptions,
        fc.integer({ min: 4, max: 6 }),
        fc.nat(),
        (given, some, clients, seed) => {
          const own = some.kind === 'natural' ? { groups: some.groups.slice(0, given.length) } : {};
          const options = { ...some, ...own, clients, seed } as PartitionOptions;
          const drawn = partition(given, options);
          expect(drawn.train.length).toBe(clients);
          expect(
            rowsOf(drawn)
              .flat()
              .sort((a, b) => a - b),
          ).toEqual(range(given.length));
          drawn.train.forEach((train, i) => {
            const size = train.length + drawn.test[i].length;
            expect(train.length).toBe(Math.floor(0.75 * size));
            expect(size).toBeGreaterThanOrEqual(drawn.options.minSamples as number);
          });
          expect(partition(given, options)).toEqual(drawn);
        },
      ),
      { seed: 1, numRuns: 150 },
    );
  });

  it('depends on the seed, and on nothing that was drawn before', () => {
    for (const kind of partitionKinds) {
      const options = { kind, clients: 5, groups: range(1797).map((i) => i % 9) } as const;
      const first = partition(labels, { ...options, seed: 1 });
      expect(partition(labels, { ...options, seed: 2 }).train).not.toEqual(first.train);
      expect(partition(labels, { ...options, seed: 1 })).toEqual(first);
    }
  });

  it('fills in defaults for the manifest', () => {
    const drawn = partition(labels, { kind: 'dirichlet', clients: 4, seed: 'a' });
    expect(drawn).toMatchObject({ kind: 'dirichlet', seed: 'a', length: 1797, warnings: [] });
    expect(drawn.options).toEqual({
      clients: 4,
      classes: 10,
      alpha: 0.1,
      trainFraction: 0.75,
      minSamples: 2,
      maxTries: 1000,
    });
    expect(drawn.compat).toBeUndefined();
  });

  it('can leave out the test set', () => {
    const drawn = partition(labels, { kind: 'iid', clients: 3, seed: 1, trainFraction: 1 });
    expect(drawn.test.map((rows) => rows.length)).toEqual([0, 0, 0]);
  });
});

describe('partition: iid', () => {
  it('cuts into parts that differ by at most one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 200 }), fc.integer({ min: 1, max: 10 }), (n, clients) => {
        const sizes = sizesOf(partition(new Int32Array(n), { kind: 'iid', clients, seed: n }));
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
      { seed: 1 },
    );
  });
});

/** Mean number of classes of a client. */
function meanClasses(alpha: number): number {
  const drawn = partition(labels, { kind: 'dirichlet', clients: 10, alpha, seed: 1 });
  const perClient = rowsOf(drawn).map((rows) => new Set(rows.map((row) => labels[row])).size);
  return perClient.reduce((a, b) => a + b) / 10;
}

describe('partition: dirichlet', () => {
  it('goes from one class to all classes per client with alpha', () => {
    const [tiny, small, large] = [0.02, 0.5, 100].map(meanClasses);
    expect(tiny).toBeLessThan(4);
    expect(small).toBeGreaterThan(tiny);
    expect(large).toBe(10);
  });

  it('works for an alpha so small that gamma numbers underflow', () => {
    const drawn = partition(labels, { kind: 'dirichlet', clients: 3, alpha: 1e-4, seed: 1 });
    expect(rowsOf(drawn).flat().length).toBe(1797);
    expect(Math.min(...sizesOf(drawn))).toBeGreaterThan(1);
  });

  it('gives nothing more to a client that has its share', () => {
    const drawn = partition(labels, { kind: 'dirichlet', clients: 10, alpha: 0.1, seed: 3 });
    for (const size of sizesOf(drawn)) expect(size).toBeLessThan(179.7 + 183); // full, then one class at most
  });

  it('draws again until every client has enough', () => {
    const drawn = partition(labels, { kind: 'dirichlet', clients: 10, alpha: 0.1, seed: 1, minSamples: 80 });
    expect(drawn.tries).toBeGreaterThan(1);
    expect(Math.min(...sizesOf(drawn))).toBeGreaterThanOrEqual(80);
  });
});

describe('partition: pathological', () => {
  it('gives each client its number of classes, and each class to equally many clients', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 10, max: 25 }),
        fc.nat(),
        (k, clients, seed) => {
          const drawn = partition(labels, {
            kind: 'pathological',
            classesPerClient: k,
            clients,
            seed,
            minSamples: k,
          });
          const classes = rowsOf(drawn).map((rows) => new Set(rows.map((row) => labels[row])));
          expect(classes.map((set) => set.size)).toEqual(Array(clients).fill(k));
          const holders = range(10).map((label) => classes.filter((set) => set.has(label)).length);
          expect(Math.max(...holders) - Math.min(...holders)).toBeLessThanOrEqual(1);
        },
      ),
      { seed: 1, numRuns: 40 },
    );
  });

  it('balances sizes on request', () => {
    const options = { kind: 'pathological', clients: 10, classesPerClient: 2, seed: 1 } as const;
    expect(spread(sizesOf(partition(labels, { ...options, balanced: true })))).toBeLessThan(1.06);
    expect(spread(sizesOf(partition(labels, options)))).toBeGreaterThan(1.2);
  });

  it('leaves out classes without samples', () => {
    const odd = Int32Array.from({ length: 40 }, (_, i) => 1 + 2 * (i % 2));
    const drawn = partition(odd, {
      kind: 'pathological',
      clients: 4,
      classesPerClient: 1,
      classes: 6,
      seed: 1,
    });
    expect(rowsOf(drawn).map((rows) => new Set(rows.map((row) => odd[row])).size)).toEqual([1, 1, 1, 1]);
  });
});

describe('partition: quantity-skew', () => {
  it('skews sizes, not classes', () => {
    const sizes = sizesOf(partition(labels, { kind: 'quantity-skew', clients: 5, alpha: 0.3, seed: 2 }));
    expect(Math.max(...sizes) / Math.min(...sizes)).toBeGreaterThan(3);
    const even = sizesOf(partition(labels, { kind: 'quantity-skew', clients: 5, alpha: 1000, seed: 2 }));
    expect(Math.max(...even) / Math.min(...even)).toBeLessThan(1.3);
  });
});

describe('partition: natural', () => {
  const groups = Int32Array.from({ length: 90 }, (_, i) => [4, 7, 100][i % 3]);
  const plain = new Int32Array(90);

  it('makes a client of each owner, in the order of their ids', () => {
    const drawn = partition(plain, { kind: 'natural', groups, seed: 1 });
    expect(rowsOf(drawn).map((rows) => Array.from(new Set(rows.map((row) => groups[row]))))).toEqual([
      [4],
      [7],
      [100],
    ]);
    expect(drawn.options).toMatchObject({ clients: 3, groups: 3 });
  });

  it('deals whole owners to fewer clients', () => {
    const drawn = partition(plain, { kind: 'natural', groups, clients: 2, seed: 1 });
    expect(sizesOf(drawn).sort()).toEqual([30, 60]);
  });
});

describe('partition: refused settings', () => {
  const base = { clients: 5, seed: 1 } as const;
  const compat = { compat: 'numpy-legacy' } as const;

  it.each<[string, RegExp, PartitionOptions]>([
    ['alpha 0', /alpha must be positive/, { ...base, kind: 'dirichlet', alpha: 0 }],
    ['negative alpha', /alpha must be positive/, { ...base, kind: 'dirichlet', alpha: -1, ...compat }],
    ['alpha NaN', /alpha must be positive/, { ...base, kind: 'quantity-skew', alpha: Number.NaN }],
    ['infinite alpha', /kind 'iid'/, { ...base, kind: 'dirichlet', alpha: Infinity }],
    ['more clients than samples', /1797 samples .* 1798 clients/, { kind: 'iid', clients: 1798, seed: 1 }],
    [
      'too large a minimum',
      /at most 4 clients or minSamples 359/,
      { ...base, kind: 'iid', minSamples: 360, clients: 5 },
    ],
    [
      'a minimum that no draw meets',
      /In 20 tries .* best had a client with/,
      { kind: 'dirichlet', clients: 10, seed: 1, minSamples: 170, maxTries: 20 },
    ],
    [
      'more classes than there are',
      /11 of 10 classes/,
      { ...base, kind: 'pathological', classesPerClient: 11 },
    ],
    ['classes without a client', /cover at most 8 of 10/, { kind: 'pathological', clients: 4, seed: 1 }],
    [
      'classes without a client, reference',
      /cover at most 8 of 10/,
      { kind: 'pathological', clients: 4, seed: 1, ...compat },
    ],
    [
      'fewer samples of a class than clients',
      /samples for \d+ clients/,
      { kind: 'pathological', clients: 900, classesPerClient: 10, seed: 1, minSamples: 1 },
    ],
    [
      'more clients than owners',
      /2 natural groups/,
      { kind: 'natural', groups: range(1797).map((i) => i % 2), clients: 3, seed: 1 },
    ],
    [
      'owners with too few samples',
      /has 599 samples/,
      { kind: 'natural', groups: range(1797).map((i) => Math.min(1, i % 3)), minSamples: 700, seed: 1 },
    ],
    ['no test set in the reference', /below 1/, { ...base, kind: 'dirichlet', trainFraction: 1, ...compat }],
    [
      'a client of one sample in the reference',
      /1 sample\(s\) cannot be split/,
      { kind: 'dirichlet', clients: 10, alpha: 0.1, seed: 284, ...compat },
    ],
  ])('%s', (_, message, options) => {
    const draw = () => partition(labels, options);
    expect(draw).toThrow(code('infeasible-partition'));
    expect(draw).toThrow(message);
  });

  it.each<[string, string, Partial<PartitionOptions> & Record<string, unknown>]>([
    ['invalid-argument', 'an unknown kind', { kind: 'random' as never }],
    ['invalid-argument', 'no clients', { kind: 'iid', clients: 0 }],
    ['invalid-argument', 'half a client', { kind: 'iid', clients: 2.5 }],
    ['invalid-argument', 'a training share of 0', { kind: 'iid', trainFraction: 0 }],
    ['invalid-argument', 'a training share above 1', { kind: 'iid', trainFraction: 1.1 }],
    ['invalid-argument', 'half a class', { kind: 'pathological', classesPerClient: 1.5 }],
    ['invalid-argument', 'an unknown compat', { kind: 'dirichlet', compat: 'torch' as never }],
    ['invalid-argument', 'compat of another kind', { kind: 'iid', compat: 'numpy-legacy' } as never],
    [
      'invalid-argument',
      'a NumPy seed that is a text',
      { kind: 'dirichlet', compat: 'numpy-legacy', seed: 'a' },
    ],
    ['invalid-argument', 'a NumPy seed below 0', { kind: 'dirichlet', compat: 'numpy-legacy', seed: -1 }],
    ['invalid-argument', 'a negative group id', { kind: 'natural', groups: range(1797).map((i) => i - 1) }],
    ['shape-mismatch', 'groups of another length', { kind: 'natural', groups: [0, 1] }],
    ['unknown-class', 'fewer classes than labels', { kind: 'iid', classes: 9 }],
  ])('%s: %s', (name, _, options) => {
    expect(() => partition(labels, { clients: 5, seed: 1, ...options } as PartitionOptions)).toThrow(
      code(name),
    );
  });

  it.each([[[0, -1, 1]], [[0, 0.5, 1]]])('unknown-class: labels %j', (wrong) => {
    expect(() => partition(wrong, { kind: 'iid', clients: 1, seed: 1 })).toThrow(code('unknown-class'));
  });
});
