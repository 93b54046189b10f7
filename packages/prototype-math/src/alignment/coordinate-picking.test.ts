import { createRng } from '@protonorm/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wholeMatrix, type Block } from '../linear-algebra/block.ts';
import { centred, reorderRows } from '../test-data/alignment-problem.ts';
import { pickCoordinates } from './coordinate-picking.ts';

function randomScores(seed: number, count: number, dim: number): Block {
  const rng = createRng(seed);
  return wholeMatrix(
    Float64Array.from({ length: count * dim }, () => Math.max(rng.normal(), 0)),
    count,
    dim,
  );
}

const equalShares = (count: number, dim: number) => new Float64Array(count).fill(dim / count);

function blockSizes(owner: Int32Array, count: number): number[] {
  const sizes = new Array<number>(count).fill(0);
  for (const row of owner) sizes[row]++;
  return sizes;
}

test('every coordinate has an owner, and every row its share', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.nat(30),
      fc.nat(),
      fc.boolean(),
      (count, more, seed, equal) => {
        const dim = count + more;
        const rng = createRng(seed).split('shares');
        const weights = Float64Array.from({ length: count }, () => (equal ? 1 : rng.uniform() ** 8 + 1e-9));
        const total = weights.reduce((sum, w) => sum + w, 0);
        const shares = weights.map((w) => 1 + (more * w) / total);
        const sizes = blockSizes(pickCoordinates(randomScores(seed, count, dim), shares), count);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(dim);
        sizes.forEach((size, row) => {
          expect([0, 1]).toContain(size - Math.floor(shares[row]));
        });
      },
    ),
    { seed: 1 },
  );
});

test('nobody would gain by the block of another, but for the least of the own and the best of the other', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
      fc.nat(),
      (count, size, seed) => {
        const dim = count * size;
        const scores = randomScores(seed, count, dim);
        const owner = pickCoordinates(scores, equalShares(count, dim));
        const excess = centred(scores.data, count);
        const worth = (row: number, of: number) =>
          Array.from(excess.subarray(row * dim, (row + 1) * dim)).filter((_, k) => owner[k] === of);
        const sum = (values: readonly number[]) => values.reduce((total, x) => total + x, 0);
        for (let row = 0; row < count; row++) {
          const own = worth(row, row);
          for (let other = 0; other < count; other++) {
            const envied = worth(row, other);
            expect(sum(own) - Math.min(...own)).toBeGreaterThanOrEqual(
              sum(envied) - Math.max(...envied) - 1e-12,
            );
          }
        }
      },
    ),
    { seed: 2 },
  );
});

test('the order of the rows has no part in it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(20), fc.nat(), (count, more, seed) => {
      const dim = count + more;
      const rng = createRng(seed);
      const data = Float64Array.from({ length: count * dim }, () => rng.uniform()); // no ties
      const order = rng.shuffle(Array.from({ length: count }, (_, row) => row));
      const shuffled = wholeMatrix(reorderRows(data, order, dim), count, dim);
      const owner = pickCoordinates(shuffled, equalShares(count, dim)).map((row) => order[row]);
      expect(owner).toEqual(pickCoordinates(wholeMatrix(data, count, dim), equalShares(count, dim)));
    }),
    { seed: 3 },
  );
});

test('by hand: the greatest excess goes first, then the others have their turn', () => {
  const scores = wholeMatrix(Float64Array.of(9, 8, 7, 0, 6, 1, 5, 0), 2, 4);
  // Excesses of row 0: 1.5, 3.5, 1, 0; of row 1 the negatives.
  expect(Array.from(pickCoordinates(scores, Float64Array.of(2, 2)))).toEqual([0, 0, 1, 1]);
  expect(Array.from(pickCoordinates(scores, Float64Array.of(3, 1)))).toEqual([0, 0, 0, 1]);
});
