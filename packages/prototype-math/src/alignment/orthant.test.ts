import { createRng, type Prototypes } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  centred,
  identityShare,
  problemOf,
  reorder,
  reorderRows,
  spread,
} from '../test-data/alignment-problem.ts';
import { gaussianTable, maxDifference, reluTable, tableOf } from '../test-data/tables.ts';
import type { AlignOptions } from './align-options.ts';
import { orthantSolver, type OrthantOptions } from './orthant.ts';

type Options = AlignOptions & OrthantOptions;

const solve = (table: Prototypes, options: Options = {}) => orthantSolver(problemOf(table), options);

const profiles = ['flat', 'prototype'] as const;

/** Classes that use each coordinate, shape [d]. */
function users(vectors: Float64Array, dim: number): number[][] {
  const found: number[][] = Array.from({ length: dim }, () => []);
  vectors.forEach((x, at) => {
    if (x !== 0) found[at % dim].push(Math.floor(at / dim));
  });
  return found;
}

function closeness(table: Prototypes, vectors: Float64Array): number {
  return (
    problemOf(table).directions.data.reduce((sum, x, at) => sum + x * vectors[at], 0) / table.classes.length
  );
}

describe.each(profiles)('laws of profile %s', (profile) => {
  const check = (law: (table: Prototypes, seed: number) => void) =>
    fc.assert(
      fc.property(
        fc.constantFrom(gaussianTable, reluTable),
        fc.integer({ min: 1, max: 16 }),
        fc.nat(),
        fc.nat(),
        (make, dim, pick, seed) => law(make(seed, 1 + (pick % dim), dim), seed),
      ),
      { seed: 1, numRuns: 60 },
    );

  test('unit rows >= 0 on disjoint coordinates, cosines exactly 0', () =>
    check((table) => {
      const { vectors } = solve(table, { profile });
      const { maxCosine, normError } = spread(vectors, table.classes.length);
      expect(maxCosine).toBe(table.classes.length === 1 ? -1 : 0);
      expect(normError).toBeLessThan(1e-14);
      expect(Math.min(...vectors)).toBeGreaterThanOrEqual(0);
      for (const classes of users(vectors, table.dim)) expect(classes.length).toBeLessThanOrEqual(1);
    }));

  test('renaming the classes renames the result', () =>
    check((table, seed) => {
      // No two equal entries, as zeros would be.
      const positive = { ...table, vectors: table.vectors.map((x, at) => Math.abs(x) + at / 1e4) };
      const order = createRng(seed).shuffle(Array.from(table.classes.keys()));
      const expected = reorderRows(solve(positive, { profile }).vectors, order, table.dim);
      expect(maxDifference(solve(reorder(positive, order), { profile }).vectors, expected)).toBeLessThan(
        1e-12,
      );
    }));

  test('only directions count, and the input stays as it is', () =>
    check((table, seed) => {
      const rng = createRng(seed).split('scale');
      const scales = Array.from(table.classes, () => 2 ** (rng.integer(20) - 10)); // exact in float32
      const vectors = table.vectors.map((x, at) => x * scales[Math.floor(at / table.dim)]);
      const problem = problemOf(table);
      const before = problem.directions.data.slice();
      expect(orthantSolver(problem, { profile })).toEqual(solve({ ...table, vectors }, { profile }));
      expect(problem.directions.data).toEqual(before);
    }));

  test('targets that are reached stay', () =>
    check((table) => {
      const { vectors } = solve(table, { profile });
      const problem = problemOf(table);
      const reached = { ...problem, directions: { ...problem.directions, data: vectors } };
      expect(maxDifference(orthantSolver(reached, { profile }).vectors, vectors)).toBeLessThan(1e-14);
    }));
});

describe('the two profiles', () => {
  test('flat uses every coordinate, in blocks whose sizes differ by one at most', () => {
    for (const [count, dim] of [
      [1, 4],
      [3, 3],
      [7, 24],
      [10, 64],
    ]) {
      const owners = users(solve(reluTable(count, count, dim)).vectors, dim).flat();
      expect(owners).toHaveLength(dim);
      for (let label = 0; label < count; label++) {
        const size = owners.filter((owner) => owner === label).length;
        expect(Math.abs(size - dim / count)).toBeLessThan(1);
      }
    }
  });

  test('the own profile moves the prototypes less, equal entries have the lowest peak', () => {
    for (const make of [gaussianTable, reluTable]) {
      const table = make(2, 10, 64);
      const flat = solve(table).vectors;
      const own = solve(table, { profile: 'prototype' }).vectors;
      expect(flat).toEqual(solve(table, { profile: 'flat' }).vectors);
      expect(closeness(table, own)).toBeGreaterThan(closeness(table, flat));
      expect(Math.max(...flat)).toBeLessThanOrEqual(1 / Math.sqrt(6));
      expect(Math.max(...own)).toBeGreaterThan(1.2 / Math.sqrt(6));
      expect(closeness(table, flat)).toBeGreaterThan(0.9 * closeness(table, own));
    }
  });

  test('a prototype on a block of its own stays, also where units are dead and other entries negative', () => {
    const rows = [
      [0, 3, 0, 0, 0, 4, 0, -1, 0],
      [0, 0, 5, 0, 0, 0, 0, 0, 12],
      [0, 0, 0, 0, 1, 0, 0, -2, 0],
    ];
    const { vectors } = solve(tableOf(rows), { profile: 'prototype' });
    const expected = [
      [0, 0.6, 0, 0, 0, 0.8, 0, 0, 0],
      [0, 0, 5 / 13, 0, 0, 0, 0, 0, 12 / 13],
      [0, 0, 0, 0, 1, 0, 0, 0, 0],
    ];
    expect(maxDifference(vectors, expected.flat())).toBeLessThan(1e-7);
  });

  test('a block without a positive entry is uniform', () => {
    const { vectors } = solve(
      tableOf([
        [1, 2, 0, 0],
        [-1, -2, -1, -3],
      ]),
      { profile: 'prototype' },
    );
    const half = Math.SQRT1_2;
    expect(maxDifference(vectors, [1 / Math.sqrt(5), 2 / Math.sqrt(5), 0, 0, 0, 0, half, half])).toBeLessThan(
      1e-7,
    );
  });
});

describe('quality', () => {
  test('identity of centred prototypes', () => {
    for (const make of [gaussianTable, reluTable]) {
      for (const profile of profiles) {
        const table = make(3, 20, 256);
        const { vectors } = solve(table, { profile });
        expect(identityShare(centred(problemOf(table).directions.data, 20), vectors, 20)).toBe(1);
      }
    }
  });

  test('the prototypes move less than to blocks of neighbours', () => {
    for (const make of [gaussianTable, reluTable]) {
      const [count, dim] = [8, 64];
      const table = make(4, count, dim);
      const neighbours = new Float64Array(count * dim);
      for (let k = 0; k < dim; k++) neighbours[Math.floor(k / 8) * dim + k] = 1 / Math.sqrt(8);
      expect(closeness(table, solve(table).vectors)).toBeGreaterThan(1.3 * closeness(table, neighbours));
    }
  });

  test('weights give more coordinates and less movement', () => {
    const table = { ...reluTable(6, 4, 40), counts: Float64Array.of(7, 1, 1, 1) };
    const first = (options: Options) => {
      const vector = solve(table, options).vectors.subarray(0, 40);
      return {
        size: vector.filter((x) => x > 0).length,
        closeness: vector.reduce((sum, x, k) => sum + x * problemOf(table).directions.data[k], 0),
      };
    };
    expect(first({}).size).toBe(10);
    expect(Math.abs(first({ weights: 'counts' }).size - 26.2)).toBeLessThan(1);
    expect(first({ weights: 'counts' }).closeness).toBeGreaterThan(first({}).closeness);
    expect(first({ weights: [7, 1, 1, 1] })).toEqual(first({ weights: 'counts' }));
  });
});

describe('special inputs', () => {
  test('C = 1, C = d and d = 1', () => {
    expect(Array.from(solve(tableOf([[-3]])).vectors)).toEqual([1]);
    expect(Array.from(solve(tableOf([[3, 4, -1, 0]])).vectors)).toEqual([0.5, 0.5, 0.5, 0.5]);
    const one = solve(tableOf([[3, 4, -1]]), { profile: 'prototype' }).vectors;
    expect(maxDifference(one, [0.6, 0.8, 0])).toBeLessThan(1e-7);
    const { vectors } = solve(gaussianTable(1, 9, 9));
    expect(Array.from(vectors).toSorted()).toEqual([
      ...new Array<number>(72).fill(0),
      ...new Array<number>(9).fill(1),
    ]);
  });

  test('coinciding, parallel and nearly coinciding prototypes get blocks of their own and a warning', () => {
    for (const distance of [0, 1e-9, 1e-7, 1e-5]) {
      const table = reluTable(7, 5, 12);
      for (let k = 0; k < 12; k++) table.vectors[24 + k] = 2 * table.vectors[k] * (1 + (k % 2) * distance);
      const { vectors, warnings } = solve(table);
      expect(spread(vectors, 5).maxCosine).toBe(0);
      expect(warnings.map(({ code, classes }) => [code, classes])).toEqual(
        distance <= 1e-7 ? [['coinciding-prototypes', [0, 2]]] : [],
      );
    }
    const equal = solve(tableOf(Array.from({ length: 4 }, () => [1, 1, 2, 0, 0, 3])));
    expect(spread(equal.vectors, 4).maxCosine).toBe(0);
  });

  test('refusals', () => {
    const refused = (count: number, dim: number, options: object) => () =>
      solve(gaussianTable(1, count, dim), options);
    expect(refused(4, 3, {})).toThrow(
      expect.objectContaining({ code: 'infeasible-alignment', received: 4, expected: 'at most 3 classes' }),
    );
    expect(refused(2, 3, { profile: 'peaked' })).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        received: 'peaked',
        expected: ['flat', 'prototype'],
      }),
    );
    expect(refused(2, 3, { weights: [1, -1] })).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
    expect(refused(2, 3, { weights: [1] })).toThrow(expect.objectContaining({ code: 'shape-mismatch' }));
  });
});
