import fc from 'fast-check';
import { createRng } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { multiply, principalAxes } from './principal-axes.ts';

function randomRows(seed: number, n: number, dim: number): Float64Array {
  const rng = createRng(seed);
  // Axes of different lengths, so that the spectrum is spread.
  return Float64Array.from({ length: n * dim }, (_, at) => rng.normal() * 0.75 ** (at % dim));
}

const sizes = fc.record({
  seed: fc.nat(1e6),
  n: fc.integer({ min: 0, max: 30 }),
  dim: fc.integer({ min: 1, max: 24 }),
});

/** Most variance of any direction orthogonal to those found, by many random ones improved by power steps. */
function dominantVariance(rows: Float64Array, dim: number, found: Float64Array): number {
  const rng = createRng('oracle');
  let v = Float64Array.from({ length: dim }, () => rng.normal());
  for (let step = 0; step < 3000; step++) {
    for (let start = 0; start < found.length; start += dim) {
      const axis = found.subarray(start, start + dim);
      const overlap = v.reduce((sum, x, c) => sum + x * axis[c], 0);
      v = v.map((x, c) => x - overlap * axis[c]);
    }
    const length = Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
    v = v.map((x) => x / length);
    if (step === 2999) break;
    const along = multiply(rows, v, dim);
    const next = new Float64Array(dim);
    along.forEach((weight, i) => next.forEach((_, c) => (next[c] += weight * rows[i * dim + c])));
    v = next;
  }
  return multiply(rows, v, dim).reduce((sum, x) => sum + x * x, 0) / (rows.length / dim);
}

describe('principalAxes', () => {
  it('gives orthonormal axes, variances in descending order, and no more than there is', () => {
    fc.assert(
      fc.property(sizes, ({ seed, n, dim }) => {
        const rows = randomRows(seed, n, dim);
        const { axes, variances, total } = principalAxes(rows, { dim });
        const k = Math.min(3, dim);
        expect(variances.length).toBe(k);
        for (let i = 0; i < k; i++) {
          for (let j = 0; j < k; j++) {
            const product = multiply(
              axes.subarray(i * dim, (i + 1) * dim),
              axes.subarray(j * dim, (j + 1) * dim),
              dim,
            )[0];
            expect(product).toBeCloseTo(i === j ? 1 : 0, 9);
          }
          if (i > 0) expect(variances[i]).toBeLessThanOrEqual(variances[i - 1] + 1e-12);
          expect(variances[i]).toBeGreaterThanOrEqual(0);
        }
        expect(variances.reduce((sum, x) => sum + x, 0)).toBeLessThanOrEqual(total * (1 + 1e-9));
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('says the variance that the coordinates along its axes have', () => {
    const rows = randomRows(5, 40, 12);
    const { axes, variances } = principalAxes(rows, { dim: 12 });
    const coordinates = multiply(rows, axes, 12);
    for (let axis = 0; axis < 3; axis++) {
      let sum = 0;
      for (let i = 0; i < 40; i++) sum += coordinates[i * 3 + axis] ** 2 / 40;
      expect(sum).toBeCloseTo(variances[axis], 9);
    }
  });

  it('finds the largest variance there is, axis by axis', () => {
    const dim = 15;
    const rows = randomRows(9, 25, dim);
    const { axes, variances } = principalAxes(rows, { dim });
    for (let axis = 0; axis < 3; axis++) {
      expect(variances[axis]).toBeCloseTo(dominantVariance(rows, dim, axes.subarray(0, axis * dim)), 5);
    }
  });

  it('holds everything when the rows lie in three dimensions', () => {
    const flat = randomRows(3, 20, 3);
    const rows = Float64Array.from({ length: 20 * 50 }, (_, at) =>
      at % 50 < 3 ? flat[Math.floor(at / 50) * 3 + (at % 50)] : 0,
    );
    const { variances, total } = principalAxes(rows, { dim: 50 });
    expect(variances.reduce((sum, x) => sum + x, 0)).toBeCloseTo(total, 9);
  });

  it('turns with the rows: a rotation changes no variance', () => {
    const rows = randomRows(4, 30, 6);
    const turned = Float64Array.from(rows, (x, at) => {
      const c = at % 6;
      if (c > 1) return x;
      const [a, b] = [rows[at - c], rows[at - c + 1]];
      return c === 0 ? 0.6 * a - 0.8 * b : 0.8 * a + 0.6 * b;
    });
    const [before, after] = [rows, turned].map((table) => principalAxes(table, { dim: 6 }).variances);
    after.forEach((variance, i) => expect(variance).toBeCloseTo(before[i], 6));
  });

  it('gives the same axes every time, with no negative sum along them', () => {
    const rows = randomRows(8, 12, 9);
    const { axes } = principalAxes(rows, { dim: 9 });
    expect(principalAxes(rows, { dim: 9 }).axes).toEqual(axes);
    const coordinates = multiply(rows, axes, 9);
    for (let axis = 0; axis < 3; axis++) {
      let sum = 0;
      for (let i = 0; i < 12; i++) sum += coordinates[i * 3 + axis];
      expect(sum).toBeGreaterThanOrEqual(0);
    }
  });

  it('gives axes also for zeros and for no rows', () => {
    expect(Array.from(principalAxes(new Float64Array(8), { dim: 4 }).variances)).toEqual([0, 0, 0]);
    expect(principalAxes(new Float64Array(0), { dim: 4 }).total).toBe(0);
  });
});
