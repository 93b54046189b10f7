import { createRng, type Prototypes } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignAroundMean } from './align-around-mean.ts';

function randomTable(seed: number, count: number, dim: number, shift: number): Prototypes {
  const rng = createRng(seed);
  return {
    dim,
    classes: Int32Array.from({ length: count }, (_, i) => i),
    counts: new Float64Array(count).fill(1),
    vectors: Float32Array.from({ length: count * dim }, () => rng.normal() + shift),
  };
}

const distance = (a: Prototypes, b: Prototypes): number =>
  Math.sqrt(a.vectors.reduce((sum, x, i) => sum + (x - b.vectors[i]) ** 2, 0));

describe('alignment around the mean', () => {
  it('keeps the mean, gives equal distances, and moves with a translation of the input', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 6, max: 12 }),
        (seed, count, dim) => {
          const table = randomTable(seed, count, dim, 3);
          const { prototypes, mean, leastMovementRadius } = alignAroundMean(table, { method: 'simplex' });
          expect(leastMovementRadius).toBeGreaterThan(0);
          const sums = new Float64Array(dim);
          prototypes.vectors.forEach((x, i) => (sums[i % dim] += x / count));
          sums.forEach((x, j) => expect(x).toBeCloseTo(mean[j], 4));
          const side = leastMovementRadius * Math.sqrt((2 * count) / (count - 1));
          for (let a = 1; a < count; a++) {
            const between = Math.hypot(
              ...Array.from(
                { length: dim },
                (_, j) => prototypes.vectors[a * dim + j] - prototypes.vectors[j],
              ),
            );
            expect(between).toBeCloseTo(side, 3);
          }
          const moved = { ...table, vectors: table.vectors.map((x) => x + 5) };
          const shifted = alignAroundMean(moved, { method: 'simplex' }).prototypes;
          shifted.vectors.forEach((x, i) => expect(x - 5).toBeCloseTo(prototypes.vectors[i], 3));
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });

  it('moves no more at the least-movement radius than at another one', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.2, max: 3, noNaN: true }), (seed, scale) => {
        const table = randomTable(seed, 5, 8, 1);
        const least = alignAroundMean(table, { method: 'simplex' }).prototypes;
        const other = alignAroundMean(table, { method: 'simplex', scale }).prototypes;
        expect(distance(least, table)).toBeLessThanOrEqual(distance(other, table) + 1e-5);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('leaves one class where it is, and all classes at one point', () => {
    const one = randomTable(1, 1, 3, 2);
    expect([...alignAroundMean(one).prototypes.vectors]).toEqual([...one.vectors]);
    const same = { ...randomTable(1, 3, 2, 0), vectors: Float32Array.of(1, 2, 1, 2, 1, 2) };
    expect([...alignAroundMean(same, { method: 'simplex' }).prototypes.vectors]).toEqual([1, 2, 1, 2, 1, 2]);
  });
});
