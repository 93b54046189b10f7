import { createRng, type Prototypes } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unitRows } from '../class-table/unit-rows.ts';
import { wholeMatrix } from '../linear-algebra/block.ts';
import { gaussianTable, maxDifference, reluTable, tableOf } from '../test-data/tables.ts';
import { align } from './align.ts';
import { nearestSimplex } from './nearest-simplex.ts';

/** Largest deviation of the rows' inner products from those of a regular simplex. */
function deviation(vectors: Float64Array, count: number, dim: number): number {
  let worst = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      let product = 0;
      for (let k = 0; k < dim; k++) product += vectors[i * dim + k] * vectors[j * dim + k];
      worst = Math.max(worst, Math.abs(product - (i === j ? 1 : -1 / (count - 1))));
    }
  }
  return worst;
}

const uniform = (count: number) => new Float64Array(count).fill(1);

function solve(table: Prototypes, weights = uniform(table.classes.length)) {
  return nearestSimplex(unitRows(table), weights, { rng: createRng(1) });
}

describe('the nearest regular simplex', () => {
  test('is regular to 1e-12 for every C <= d + 1', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(gaussianTable, reluTable),
        fc.integer({ min: 2, max: 20 }),
        fc.nat(),
        fc.nat(),
        (make, dim, pick, seed) => {
          const count = 2 + (pick % dim);
          const { vectors, filled } = solve(make(seed, count, dim));
          expect(deviation(vectors, count, dim)).toBeLessThan(1e-12);
          expect(filled).toBe(0);
        },
      ),
      { seed: 1 },
    );
  });

  test('C = d + 1 with full rank', () => {
    const { vectors, filled } = solve(gaussianTable(2, 41, 40));
    expect(deviation(vectors, 41, 40)).toBeLessThan(1e-12);
    expect(filled).toBe(0);
  });

  test('no rotation of it moves the prototypes less', () => {
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), (seed, weighted) => {
        const [count, dim] = [5, 6];
        const table = gaussianTable(seed, count, dim);
        const rng = createRng(seed).split('rotation');
        const weights = uniform(count).map((w) => (weighted ? 0.1 + rng.uniform() : w));
        const { vectors } = solve(table, weights);
        const cost = (simplex: Float64Array) => {
          const { data } = unitRows(table);
          return data.reduce((sum, x, at) => sum + weights[Math.floor(at / dim)] * (x - simplex[at]) ** 2, 0);
        };
        for (const angle of [1e-4, 0.1, 1, 3]) {
          const turned = rotate(vectors, dim, [rng.integer(dim), rng.integer(dim), angle]);
          expect(cost(turned)).toBeGreaterThanOrEqual(cost(vectors) - 1e-12);
        }
      }),
      { seed: 3 },
    );
  });

  test('a simplex is its own nearest one', () => {
    const simplex = align(gaussianTable(4, 7, 9), { method: 'simplex' }).prototypes;
    expect(maxDifference(solve(simplex).vectors, simplex.vectors)).toBeLessThan(1e-7);
  });

  test('it is where the released iteration would end, moved as little', () => {
    const table = gaussianTable(5, 10, 64);
    const converged = align(table, { method: 'reference', earlyStop: false });
    const closed = align(table, { method: 'simplex' });
    expect(closed.movement.rms).toBeLessThanOrEqual(1.001 * converged.movement.rms);
    expect(closed.geometry.gap).toBeLessThan(1e-6);
  });

  test('near, coinciding and rank-deficient prototypes: still a simplex, with drawn directions where none is given', () => {
    for (const distance of [1e-3, 1e-5, 1e-7, 1e-9, 0]) {
      const rows = unitRows(gaussianTable(6, 6, 12));
      for (let k = 0; k < 12; k++) rows.data[12 + k] = rows.data[k] * (1 + (k % 3) * distance);
      const { vectors, filled } = nearestSimplex(rows, uniform(6), { rng: createRng(2) });
      expect(deviation(vectors, 6, 12)).toBeLessThan(1e-12);
      expect(filled).toBe(distance <= 1e-7 ? 1 : 0);
    }
    const equal = nearestSimplex(wholeMatrix(new Float64Array(5 * 4).fill(0.5), 5, 4), uniform(5), {
      rng: createRng(3),
    });
    expect(deviation(equal.vectors, 5, 4)).toBeLessThan(1e-12);
    expect(equal.filled).toBe(4);
  });

  test('weights of very different size', () => {
    const { vectors, filled } = solve(gaussianTable(7, 4, 6), Float64Array.of(3.99, 0.004, 0.004, 0.002));
    expect(deviation(vectors, 4, 6)).toBeLessThan(1e-12);
    expect(filled).toBe(0);
  });
});

describe('the method', () => {
  test('one and two classes', () => {
    expect(align(tableOf([[0, 5, 0]]), { method: 'simplex' })).toMatchObject({
      passes: 0,
      stop: 'closed-form',
      prototypes: { vectors: Float32Array.of(0, 1, 0) },
    });
    const { vectors } = align(
      tableOf([
        [3, 0],
        [0, 4],
      ]),
      { method: 'simplex' },
    ).prototypes;
    const half = Math.SQRT1_2;
    expect(maxDifference(vectors, [half, -half, -half, half])).toBeLessThan(1e-7);
    expect(Array.from(align(tableOf([[2], [5]]), { method: 'simplex' }).prototypes.vectors).sort()).toEqual([
      -1, 1,
    ]);
  });

  test('more classes than d + 1 are infeasible', () => {
    expect(() => align(gaussianTable(1, 5, 3), { method: 'simplex' })).toThrow(
      expect.objectContaining({ code: 'infeasible-alignment', received: 5 }),
    );
  });

  test('what is drawn depends on rng alone, and warnings name the classes', () => {
    const table = tableOf(
      [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [2, 0, 0, 0],
      ],
      { classes: [3, 5, 8] },
    );
    const first = align(table, { method: 'simplex', rng: createRng(1) });
    expect(align(table, { method: 'simplex', rng: createRng(1) })).toEqual(first);
    const other = align(table, { method: 'simplex', rng: createRng(2) });
    expect(maxDifference(other.prototypes.vectors, first.prototypes.vectors)).toBeGreaterThan(0.01);
    expect(first.warnings.map(({ code, classes }) => [code, classes])).toEqual([
      ['coinciding-prototypes', [3, 8]],
      ['rank-deficient', [3, 5, 8]],
    ]);
    expect(first.geometry.gap).toBeLessThan(1e-6);
  });

  test('heavier prototypes move less', () => {
    const table = { ...gaussianTable(8, 4, 6), counts: Float64Array.of(1000, 1, 1, 1) };
    const firstMove = (weights: 'uniform' | 'counts' | number[]) => {
      const { vectors } = align(table, { method: 'simplex', weights }).prototypes;
      return Math.hypot(...Array.from(unitRows(table).data.subarray(0, 6), (x, k) => x - vectors[k]));
    };
    expect(firstMove('counts')).toBeLessThan(0.1 * firstMove('uniform'));
    expect(firstMove([1000, 1, 1, 1])).toBe(firstMove('counts'));
  });

  test('bad weights', () => {
    const table = gaussianTable(9, 3, 4);
    const codeFor = (weights: unknown) => () =>
      align(table, { method: 'simplex', weights: weights as 'uniform' });
    expect(codeFor('samples')).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    expect(codeFor([1, 2])).toThrow(expect.objectContaining({ code: 'shape-mismatch' }));
    expect(codeFor([1, 0, 1])).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    expect(codeFor([1, NaN, 1])).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    expect(codeFor([1, Infinity, 1])).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });
});

/** Rotates all rows in the plane of two axes; a reflection of one axis when they are the same. */
function rotate(
  rows: Float64Array,
  dim: number,
  [p, q, angle]: readonly [number, number, number],
): Float64Array {
  const turned = rows.slice();
  for (let at = 0; at < rows.length; at += dim) {
    turned[at + p] = Math.cos(angle) * rows[at + p] - Math.sin(angle) * rows[at + q];
    turned[at + q] = Math.sin(angle) * rows[at + p] + Math.cos(angle) * rows[at + q];
    if (p === q) turned[at + p] = -rows[at + p];
  }
  return turned;
}
