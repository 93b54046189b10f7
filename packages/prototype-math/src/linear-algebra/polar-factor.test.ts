import { createRng } from '@protonorm/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxDifference } from '../test-data/tables.ts';
import { wholeMatrix, type Block } from './block.ts';
import { multiplyTransposed } from './multiply-transposed.ts';
import { polarFactor } from './polar-factor.test-support.ts';

function randomMatrix(seed: number, rows: number, cols: number): Block {
  const rng = createRng(seed);
  return wholeMatrix(
    Float64Array.from({ length: rows * cols }, () => rng.normal()),
    rows,
    cols,
  );
}

const polar = (matrix: Block, noise = 1e-9) => polarFactor(matrix, { noise });

function product(a: Block, b: Block): Float64Array {
  const out = wholeMatrix(new Float64Array(a.rows * b.rows), a.rows, b.rows);
  multiplyTransposed(out, a, b);
  return out.data;
}

const identity = (n: number) => Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));

test('the rows are orthonormal, and A Q^T is symmetric without a negative direction', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(8), fc.nat(), (rows, wider, seed) => {
      const matrix = randomMatrix(seed, rows, rows + wider);
      const { factor, drawn } = polar(matrix);
      expect(drawn).toBe(0);
      expect(maxDifference(product(factor, factor), identity(rows))).toBeLessThan(1e-13);
      // A = (A Q^T) Q with A Q^T symmetric and positive is the polar decomposition, which is unique.
      const stretch = product(matrix, factor);
      const mirrored = stretch.map((_, at) => stretch[(at % rows) * rows + Math.floor(at / rows)]);
      expect(maxDifference(stretch, mirrored)).toBeLessThan(1e-8);
      const x = randomMatrix(seed + 1, 1, rows);
      expect(
        product(x, wholeMatrix(product(x, wholeMatrix(stretch, rows, rows)), 1, rows))[0],
      ).toBeGreaterThan(0);
    }),
    { seed: 1 },
  );
});

test('orthonormal rows are their own factor', () => {
  for (const rows of [5, 40]) {
    const { factor } = polar(randomMatrix(2, rows, 47));
    expect(maxDifference(polar(factor).factor.data, factor.data)).toBeLessThan(1e-13);
  }
});

test('directions that the matrix lacks are drawn', () => {
  const matrix = randomMatrix(3, 6, 6);
  for (const [gap, drawn] of [
    [1e-3, 0],
    [1e-12, 1],
    [0, 1],
  ]) {
    for (let k = 0; k < 6; k++) matrix.data[12 + k] = matrix.data[k] * (1 + (k % 2) * gap);
    const result = polar(matrix);
    expect(result.drawn).toBe(drawn);
    expect(maxDifference(product(result.factor, result.factor), identity(6))).toBeLessThan(1e-13);
  }
  const nothing = polar(wholeMatrix(new Float64Array(12), 3, 4));
  expect(nothing.drawn).toBe(3);
  expect(maxDifference(product(nothing.factor, nothing.factor), identity(3))).toBeLessThan(1e-13);
});
