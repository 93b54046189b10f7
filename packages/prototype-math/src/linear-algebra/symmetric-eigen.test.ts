import { createRng } from '@protonorm/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wholeMatrix } from './block.ts';
import { eigenShapes, symmetricEigen } from './symmetric-eigen.ts';

function eigen(matrix: Float64Array, n: number): { values: Float64Array; vectors: Float64Array } {
  const blocks = eigenShapes(n).map(([rows, cols]) =>
    wholeMatrix(new Float64Array(rows * cols).fill(7), rows, cols),
  );
  const [, vectors, values, scratch] = blocks;
  symmetricEigen({ matrix: wholeMatrix(matrix.slice(), n, n), vectors, values, scratch });
  return { values: values.data, vectors: vectors.data };
}

/** Largest entry of A V - V Lambda and of V V^T - 1, and whether the values fall. */
function check(matrix: Float64Array, n: number) {
  const { values, vectors } = eigen(matrix, n);
  let residual = 0;
  let skew = 0;
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      let product = 0;
      let overlap = 0;
      for (let j = 0; j < n; j++) {
        product += matrix[i * n + j] * vectors[k * n + j];
        overlap += vectors[i * n + j] * vectors[k * n + j];
      }
      residual = Math.max(residual, Math.abs(product - values[k] * vectors[k * n + i]));
      skew = Math.max(skew, Math.abs(overlap - (i === k ? 1 : 0)));
    }
  }
  const falling = values.every((value, k) => k === 0 || value <= values[k - 1]);
  return { values, residual, skew, falling };
}

function symmetric(n: number, entry: (i: number, j: number) => number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, at) => {
    const i = Math.floor(at / n);
    const j = at % n;
    return entry(Math.min(i, j), Math.max(i, j));
  });
}

test('random symmetric matrices', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 24 }), fc.nat(), (n, seed) => {
      const rng = createRng(seed);
      const table = Float64Array.from({ length: n * n }, () => rng.normal());
      const { residual, skew, falling } = check(
        symmetric(n, (i, j) => table[i * n + j]),
        n,
      );
      expect(residual).toBeLessThan(1e-12);
      expect(skew).toBeLessThan(1e-13);
      expect(falling).toBe(true);
    }),
    { seed: 1 },
  );
});

test('matrices of low rank, diagonal, zero, and tridiagonal with known eigenvalues', () => {
  const rng = createRng(2);
  const u = Array.from({ length: 9 }, () => rng.normal());
  const rankOne = check(
    symmetric(9, (i, j) => u[i] * u[j]),
    9,
  );
  expect(rankOne.skew).toBeLessThan(1e-13);
  expect(rankOne.values[0]).toBeCloseTo(
    u.reduce((sum, x) => sum + x * x, 0),
    12,
  );
  expect(Math.abs(rankOne.values[8])).toBeLessThan(1e-13);

  const diagonal = check(
    symmetric(4, (i, j) => (i === j ? [3, -1, 7, 3][i] : 0)),
    4,
  );
  expect(Array.from(diagonal.values)).toEqual([7, 3, 3, -1]);
  expect(diagonal.residual).toBe(0);

  expect(check(new Float64Array(9), 3).skew).toBe(0);

  const n = 30;
  const laplacian = check(
    symmetric(n, (i, j) => (i === j ? 2 : j === i + 1 ? -1 : 0)),
    n,
  );
  laplacian.values.forEach((value, k) => {
    expect(value).toBeCloseTo(2 + 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 12);
  });
});

test('graded matrices keep orthonormal vectors', () => {
  const graded = check(
    symmetric(12, (i, j) => (i === j ? 10 ** (-2 * i) : 10 ** (-2 * j - 1))),
    12,
  );
  expect(graded.skew).toBeLessThan(1e-13);
  expect(graded.residual).toBeLessThan(1e-14);
});

test('matrices of low rank, which leave a block of rounding errors', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 20, max: 90 }),
      fc.integer({ min: 1, max: 5 }),
      fc.double({ min: -20, max: -6, noNaN: true }),
      fc.nat(),
      (n, rank, exponent, seed) => {
        const rng = createRng(seed);
        const columns = Array.from({ length: rank }, (_, r) =>
          Float64Array.from({ length: n }, () => rng.normal() * 10 ** (-3 * r)),
        );
        const noise = Float64Array.from({ length: n * n }, () => rng.normal());
        const { values, residual, skew, falling } = check(
          symmetric(
            n,
            (i, j) =>
              columns.reduce((sum, column) => sum + column[i] * column[j], 0) +
              10 ** exponent * noise[i * n + j],
          ),
          n,
        );
        expect(residual).toBeLessThan(1e-13 * Math.max(1, values[0]) * n);
        expect(skew).toBeLessThan(1e-12);
        expect(falling).toBe(true);
      },
    ),
    { seed: 3, numRuns: 60 },
  );
});

test('a matrix that is not finite is refused', () => {
  expect(() => eigen(Float64Array.of(1, NaN, NaN, 1), 2)).toThrow(
    expect.objectContaining({ code: 'not-finite' }),
  );
});
