import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PrototypeSums, type PrototypeWeighting } from './prototype-sums.ts';

fc.configureGlobal({ seed: 1 });
import { checkPrototypes, emptyPrototypes, rowOfClass, rowVector, type Prototypes } from './prototypes.ts';

const DIM = 3;
const table: fc.Arbitrary<Prototypes> = fc
  .uniqueArray(
    fc.record({
      label: fc.nat(8),
      count: fc.integer({ min: 1, max: 500 }),
      vector: fc.array(fc.float({ noNaN: true, min: -1000, max: 1000 }), { minLength: DIM, maxLength: DIM }),
    }),
    { selector: ({ label }) => label, maxLength: 6 },
  )
  .map((rows) => {
    const sorted = rows.toSorted((a, b) => a.label - b.label);
    return {
      dim: DIM,
      classes: Int32Array.from(sorted, ({ label }) => label),
      counts: Float64Array.from(sorted, ({ count }) => count),
      vectors: Float32Array.from(sorted.flatMap(({ vector }) => vector)),
    };
  });
const weighting = fc.constantFrom<PrototypeWeighting>('uniform', 'samples');

function meanOf(tables: readonly Prototypes[], weights: PrototypeWeighting): Prototypes {
  const sums = new PrototypeSums(DIM, weights);
  for (const one of tables) sums.add(one);
  return sums.mean();
}

const one = (label: number, count: number, ...vector: number[]): Prototypes => ({
  dim: vector.length,
  classes: Int32Array.of(label),
  counts: Float64Array.of(count),
  vectors: Float32Array.from(vector),
});

describe('PrototypeSums', () => {
  it('is the plain mean per class', () => {
    fc.assert(
      fc.property(fc.array(table, { maxLength: 8 }), weighting, (tables, weights) => {
        const mean = checkPrototypes(meanOf(tables, weights));
        const present = new Set(tables.flatMap(({ classes }) => Array.from(classes)));
        expect(new Set(mean.classes)).toEqual(present);
        mean.classes.forEach((label, row) => {
          const holders = tables.filter((each) => rowOfClass(each, label) >= 0);
          const counts = holders.map((each) => each.counts[rowOfClass(each, label)]);
          const total = counts.reduce((a, b) => a + b, 0);
          expect(mean.counts[row]).toBe(total);
          rowVector(mean, row).forEach((value, j) => {
            const expected = holders.reduce((sum, each, i) => {
              const share = weights === 'uniform' ? 1 / holders.length : counts[i] / total;
              return sum + share * rowVector(each, rowOfClass(each, label))[j];
            }, 0);
            expect(value).toBeCloseTo(expected, 2);
          });
        });
      }),
    );
  });

  it('gives the same bits in any order and any grouping', () => {
    fc.assert(
      fc.property(fc.array(table, { maxLength: 8 }), weighting, fc.nat(8), (tables, weights, cut) => {
        const expected = meanOf(tables, weights);
        const [left, right] = [new PrototypeSums(DIM, weights), new PrototypeSums(DIM, weights)];
        tables.toReversed().forEach((each, i) => (i < cut ? left : right).add(each));
        right.merge(left);
        expect(right.mean()).toEqual(expected);
      }),
    );
  });

  it('weighs by samples where it is asked to', () => {
    expect(meanOf2('uniform')).toBe(3);
    expect(meanOf2('samples')).toBe(4);
    function meanOf2(weights: PrototypeWeighting): number {
      const sums = new PrototypeSums(1, weights);
      sums.add(one(4, 1, 1));
      sums.add(one(4, 3, 5));
      return sums.mean().vectors[0];
    }
  });

  it('takes tables without classes', () => {
    const sums = new PrototypeSums(2);
    sums.add(emptyPrototypes(2));
    expect(sums.mean()).toEqual(emptyPrototypes(2));
  });

  it('leaves a merged sum as it is', () => {
    const [a, b] = [new PrototypeSums(1), new PrototypeSums(1)];
    b.add(one(0, 1, 2));
    a.merge(b);
    a.add(one(0, 1, 4));
    expect(b.mean().vectors[0]).toBe(2);
    expect(a.mean().vectors[0]).toBe(3);
  });

  it('refuses what it cannot average, and stays as it was', () => {
    const sums = new PrototypeSums(1, 'samples');
    sums.add(one(0, 2, 1));
    const before = sums.mean();
    for (const [bad, code] of [
      [one(0, 1, 1, 2), 'shape-mismatch'],
      [one(0, 1, NaN), 'not-finite'],
      [one(-1, 1, 1), 'unknown-class'],
      [one(0, 1e-200, 1), 'invalid-argument'],
      [one(0, 1e200, 1), 'invalid-argument'],
    ] as const) {
      expect(() => sums.add(bad)).toThrowError(expect.objectContaining({ code }));
    }
    expect(() => sums.merge(new PrototypeSums(2, 'samples'))).toThrowError(
      expect.objectContaining({ code: 'shape-mismatch' }),
    );
    expect(() => sums.merge(new PrototypeSums(1, 'uniform'))).toThrowError(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
    expect(sums.mean()).toEqual(before);
  });
});
