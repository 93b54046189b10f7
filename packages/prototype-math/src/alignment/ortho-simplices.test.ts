import { createRng, type Prototypes } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addProduct } from '../linear-algebra/add-product.ts';
import { wholeMatrix } from '../linear-algebra/block.ts';
import { polarFactor } from '../linear-algebra/polar-factor.test-support.ts';
import { spanCoordinates } from '../linear-algebra/thin-qr.ts';
import { pairEnergy } from '../geometry/energy.ts';
import {
  centred,
  identityShare,
  innerProducts,
  problemOf,
  reorder,
  reorderRows,
  spread,
} from '../test-data/alignment-problem.ts';
import { gaussianTable, maxDifference, reluTable, tableOf } from '../test-data/tables.ts';
import type { AlignOptions } from './align-options.ts';
import { codeTimes, codeTransposeTimes } from './block-code.ts';
import { orthoSimplicesSolver } from './ortho-simplices.ts';
import { simplexSolver } from './simplex.ts';

const solve = (table: Prototypes, options: AlignOptions = {}) =>
  orthoSimplicesSolver(problemOf(table), options);

/** Dimensions and a number of classes with d + 1 < C <= 2 d. */
const sizes = fc
  .integer({ min: 2, max: 16 })
  .chain((dim) => fc.record({ dim: fc.constant(dim), count: fc.integer({ min: dim + 2, max: 2 * dim }) }));

function logEnergy(rows: Float64Array, count: number): number {
  const gram = innerProducts(rows, rows, count);
  let total = 0;
  for (let i = 0; i < count; i++)
    for (let j = 0; j < i; j++) total += pairEnergy(2 - 2 * gram[i * count + j], 0);
  return total;
}

function rmsDistance(a: Float64Array, b: Float64Array, count: number): number {
  return Math.sqrt(a.reduce((sum, x, at) => sum + (x - b[at]) ** 2, 0) / count);
}

describe('laws', () => {
  const check = (law: (table: Prototypes, seed: number) => void) =>
    fc.assert(
      fc.property(fc.constantFrom(gaussianTable, reluTable), sizes, fc.nat(), (make, { dim, count }, seed) =>
        law(make(seed, count, dim), seed),
      ),
      { seed: 1, numRuns: 60 },
    );

  test('unit rows, largest cosine 0', () =>
    check((table) => {
      const { maxCosine, normError } = spread(solve(table).vectors, table.classes.length);
      expect(Math.abs(maxCosine)).toBeLessThan(1e-12);
      expect(normError).toBeLessThan(1e-12);
    }));

  test('renaming the classes renames the result', () =>
    check((table, seed) => {
      const order = createRng(seed).shuffle(Array.from(table.classes.keys()));
      const expected = reorderRows(solve(table).vectors, order, table.dim);
      expect(maxDifference(solve(reorder(table, order)).vectors, expected)).toBeLessThan(1e-7);
    }));

  test('rotating the input rotates the result', () =>
    check((table, seed) => {
      const { dim, classes } = table;
      const rng = createRng(seed).split('rotation');
      const random = Float64Array.from({ length: dim * dim }, () => rng.normal());
      const { basis } = spanCoordinates(wholeMatrix(random, dim, dim));
      const rotate = (rows: Float64Array) => {
        const rotated = wholeMatrix(new Float64Array(rows.length), classes.length, dim);
        addProduct(rotated, wholeMatrix(rows, classes.length, dim), basis);
        return rotated.data;
      };
      const problem = problemOf(table);
      const directions = { ...problem.directions, data: rotate(problem.directions.data) };
      const { vectors } = orthoSimplicesSolver({ ...problem, directions }, {});
      expect(maxDifference(vectors, rotate(solve(table).vectors))).toBeLessThan(1e-7);
    }));

  test('only directions count, and the input stays as it is', () =>
    check((table, seed) => {
      const rng = createRng(seed).split('scale');
      const scales = Array.from(table.classes, () => 2 ** (rng.integer(20) - 10)); // exact in float32
      const vectors = table.vectors.map((x, at) => x * scales[Math.floor(at / table.dim)]);
      const problem = problemOf(table);
      const before = problem.directions.data.slice();
      expect(orthoSimplicesSolver(problem, {})).toEqual(solve({ ...table, vectors }));
      expect(problem.directions.data).toEqual(before);
    }));

  test('the result is its own nearest one', () =>
    check((table) => {
      const { vectors } = solve(table);
      const problem = problemOf(table);
      const again = orthoSimplicesSolver(
        { ...problem, directions: { ...problem.directions, data: vectors } },
        {},
      );
      expect(maxDifference(again.vectors, vectors)).toBeLessThan(1e-7);
    }));

  test.each([0.1, 3])('no rotation by %d of it moves the prototypes less', (angle) =>
    check((table, seed) => {
      const { dim, classes } = table;
      const weights = Float64Array.from(classes, (_, row) => 1 + (row % 3));
      const { directions } = problemOf(table);
      const { vectors } = solve(table, { weights });
      const rng = createRng(seed).split('plane');
      const p = rng.integer(dim);
      const q = (p + 1 + rng.integer(dim - 1)) % dim;
      const turned = vectors.slice();
      for (let at = 0; at < turned.length; at += dim) {
        turned[at + p] = Math.cos(angle) * vectors[at + p] - Math.sin(angle) * vectors[at + q];
        turned[at + q] = Math.sin(angle) * vectors[at + p] + Math.cos(angle) * vectors[at + q];
      }
      const closeness = (rows: Float64Array) =>
        rows.reduce((sum, x, at) => sum + weights[Math.floor(at / dim)] * x * directions.data[at], 0);
      expect(closeness(turned)).toBeLessThanOrEqual(closeness(vectors) + 1e-9);
    }),
  );
});

describe('goals', () => {
  test.each([
    [20, 16, -70.31],
    [100, 64, -1735.34],
  ])('logarithmic energy at (%d, %d)', (count, dim, goal) => {
    for (const make of [gaussianTable, reluTable]) {
      expect(logEnergy(solve(make(1, count, dim)).vectors, count)).toBeLessThanOrEqual(goal);
    }
  });

  test.each([
    [20, 16, 0.6],
    [100, 64, 0.72],
  ])('identity and movement of centred prototypes at (%d, %d)', (count, dim, goal) => {
    for (const make of [gaussianTable, reluTable]) {
      const { directions } = problemOf(make(1, count, dim));
      const apart = problemOf({
        ...make(1, count, dim),
        vectors: new Float32Array(centred(directions.data, count)),
      });
      const { vectors } = orthoSimplicesSolver(apart, {});
      expect(identityShare(apart.directions.data, vectors, count)).toBe(1);
      const moved = rmsDistance(vectors, apart.directions.data, count);
      expect(moved).toBeLessThan(goal);
      expect(moved).toBeLessThan(
        0.95 * rmsDistance(inRandomGroups(apart.directions.data, count), apart.directions.data, count),
      );
    }
  });

  /** The nearest block code with groups drawn at random. */
  function inRandomGroups(rows: Float64Array, count: number): Float64Array {
    const dim = rows.length / count;
    const groups: number[][] = Array.from({ length: count - dim }, () => []);
    const order = createRng(5).shuffle(Array.from({ length: count }, (_, row) => row));
    order.forEach((row, at) => groups[at % groups.length].push(row));
    const factor = wholeMatrix(new Float64Array(dim * dim), dim, dim);
    codeTransposeTimes(factor, wholeMatrix(rows, count, dim), { groups });
    return codeTimes(polarFactor(factor, { noise: 1e-6, seed: 6 }).factor, groups).data;
  }

  test('heavier prototypes move less', () => {
    const table = {
      ...gaussianTable(8, 10, 6),
      counts: Float64Array.from({ length: 10 }, (_, i) => (i === 0 ? 1000 : 1)),
    };
    const firstMove = (weights: AlignOptions['weights']) => {
      const { vectors } = solve(table, { weights });
      return rmsDistance(vectors.subarray(0, 6), problemOf(table).directions.data.subarray(0, 6), 1);
    };
    expect(firstMove('counts')).toBeLessThan(0.2 * firstMove('uniform'));
  });
});

describe('special inputs', () => {
  const expectOptimum = (table: Prototypes) => {
    const { vectors, warnings } = solve(table);
    const { maxCosine, normError } = spread(vectors, table.classes.length);
    expect(Math.abs(maxCosine)).toBeLessThan(1e-12);
    expect(normError).toBeLessThan(1e-12);
    return warnings.map(({ code }) => code);
  };

  test('C = 2 d is the cross-polytope', () => {
    for (const dim of [2, 3, 12]) {
      const { vectors } = solve(gaussianTable(dim, 2 * dim, dim));
      const gram = innerProducts(vectors, vectors, 2 * dim);
      for (let i = 0; i < 2 * dim; i++) {
        const others = gram.slice(i * 2 * dim, (i + 1) * 2 * dim).toSorted();
        expect(others[0]).toBeCloseTo(-1, 12);
        expect(Math.max(...others.slice(1, -1).map(Math.abs))).toBeLessThan(1e-12);
      }
    }
  });

  test('opposite pairs of axes stay where they are', () => {
    const axes = tableOf([
      [1, 0, 0],
      [0, 0, -1],
      [0, 1, 0],
      [-1, 0, 0],
      [0, -1, 0],
      [0, 0, 1],
    ]);
    expect(maxDifference(solve(axes).vectors, axes.vectors)).toBeLessThan(1e-12);
  });

  test('up to C = d + 1 it is the simplex', () => {
    for (const [count, dim] of [
      [1, 5],
      [2, 1],
      [6, 6],
      [7, 6],
    ]) {
      const table = gaussianTable(count, count, dim);
      expect(solve(table)).toEqual(simplexSolver(problemOf(table), {}));
    }
  });

  test('near, coinciding and parallel prototypes are told apart', () => {
    for (const distance of [1e-3, 1e-5, 1e-7, 1e-9, 0]) {
      const table = gaussianTable(6, 18, 12);
      const near = table.vectors.slice();
      for (let k = 0; k < 12; k++) near[12 + k] = 3 * near[k] * (1 + (k % 3) * distance);
      expect(expectOptimum({ ...table, vectors: near })).toEqual(
        distance <= 1e-7 ? ['coinciding-prototypes'] : [],
      );
    }
  });

  test('many coinciding prototypes, all of them, and few directions', () => {
    const twins = reluTable(7, 10, 8);
    const twice = { ...twins, vectors: twins.vectors.map((_, at) => twins.vectors[at % 40]) };
    expect(expectOptimum(twice)).toContain('coinciding-prototypes');
    const equal = tableOf(Array.from({ length: 7 }, () => [1, 2, 3, 4]));
    expect(expectOptimum(equal)).toEqual(['coinciding-prototypes', 'rank-deficient']);
    const plane = tableOf(Array.from({ length: 14 }, (_, i) => [1, i, i * i, 0, 0, 0, 0, 0]));
    expect(expectOptimum(plane)).toEqual(['rank-deficient']);
    const noisy = gaussianTable(8, 14, 8);
    const cluster = { ...noisy, vectors: noisy.vectors.map((x) => 1 + 1e-7 * x) };
    expectOptimum(cluster);
  });

  test('what is drawn depends on rng alone', () => {
    const table = tableOf(Array.from({ length: 7 }, () => [1, 2, 3, 4]));
    const draw = (seed: number) => orthoSimplicesSolver(problemOf(table, createRng(seed)), {}).vectors;
    expect(draw(1)).toEqual(draw(1));
    expect(maxDifference(draw(1), draw(2))).toBeGreaterThan(0.01);
  });

  test('weights of very different size', () => {
    const weights = Array.from({ length: 9 }, (_, row) => 10 ** -row);
    const { vectors } = solve(gaussianTable(9, 9, 6), { weights });
    expect(Math.abs(spread(vectors, 9).maxCosine)).toBeLessThan(1e-12);
  });

  test('refusals', () => {
    const refused = (count: number, dim: number, options: object) => () =>
      solve(gaussianTable(1, count, dim), options);
    expect(refused(7, 3, {})).toThrow(
      expect.objectContaining({ code: 'infeasible-alignment', received: 7, expected: 'at most 6 classes' }),
    );
    expect(refused(3, 1, {})).toThrow(expect.objectContaining({ code: 'infeasible-alignment' }));
    expect(refused(5, 3, { weights: 'samples' })).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
    expect(refused(5, 3, { weights: [1, 2] })).toThrow(expect.objectContaining({ code: 'shape-mismatch' }));
  });
});
