import { emptyPrototypes } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gaussianTable, tableOf } from '../test-data/tables.ts';
import { drift } from './drift.ts';
import { energy } from './energy.ts';
import { geometry } from './geometry.ts';
import { LogDistances } from './log-distances.ts';

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('geometry', () => {
  test('of a table by hand', () => {
    const table = tableOf(
      [
        [2, 0, 0],
        [0, 1, 0],
        [3, 3, 0],
        [0, -4, 0],
      ],
      { classes: [1, 4, 6, 7] },
    );
    const measured = geometry(table);
    expect(measured).toMatchObject({
      classes: 4,
      dim: 3,
      zeroClasses: [],
      closestPair: [1, 6],
      minCosine: -1,
    });
    expect(measured.smallestAngleRad).toBeCloseTo(Math.PI / 4, 7);
    expect(measured.maxCosine).toBeCloseTo(Math.SQRT1_2, 7);
    expect(measured.meanCosine).toBeCloseTo((Math.SQRT1_2 - 1) / 6, 7);
    expect(measured.bound).toMatchObject({ source: 'simplex', attained: true });
    expect(measured.gap).toBeCloseTo(Math.SQRT1_2 + 1 / 3, 7);
    expect(measured.norms).toEqual({ min: 1, mean: (7 + Math.sqrt(18)) / 4, max: Math.sqrt(18) });
  });

  test('agrees with every pair taken by itself', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 2, max: 9 }),
        fc.nat(),
        (count, dim, seed) => {
          const table = gaussianTable(seed, count, dim);
          const measured = geometry(table);
          const cosines: number[] = [];
          let closest = [0, 0];
          let logEnergy = 0;
          for (let i = 0; i < count; i++) {
            for (let j = i + 1; j < count; j++) {
              const a = table.vectors.subarray(i * dim, (i + 1) * dim);
              const b = table.vectors.subarray(j * dim, (j + 1) * dim);
              const cosine =
                a.reduce((sum, x, k) => sum + x * b[k], 0) / (Math.hypot(...a) * Math.hypot(...b));
              if (cosines.every((x) => x < cosine)) closest = [i, j];
              cosines.push(cosine);
              logEnergy -= 0.5 * Math.log(2 - 2 * cosine);
            }
          }
          expect(measured.maxCosine).toBeCloseTo(Math.max(...cosines), 12);
          expect(measured.minCosine).toBeCloseTo(Math.min(...cosines), 12);
          expect(measured.meanCosine).toBeCloseTo(cosines.reduce((sum, x) => sum + x) / cosines.length, 12);
          expect(measured.closestPair).toEqual(closest);
          expect(measured.logEnergy).toBeCloseTo(logEnergy, 6);
          expect(measured.logEnergy).toBe(energy(table));
          expect(measured.coulombEnergy).toBe(energy(table, { s: 1 }));
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });

  test('small angles keep their digits', () => {
    expect(
      geometry(
        tableOf([
          [1, 0],
          [1, 1e-6],
        ]),
      ).smallestAngleRad,
    ).toBeCloseTo(1e-6, 12);
    expect(
      geometry(
        tableOf([
          [1, 0],
          [-1, 0],
        ]),
      ).smallestAngleRad,
    ).toBe(Math.PI);
  });

  test('of no class, one class, zero and equal vectors: numbers or null, never NaN', () => {
    const nothing = { smallestAngleRad: null, maxCosine: null, closestPair: null, bound: null, gap: null };
    expect(geometry(emptyPrototypes(3))).toMatchObject({ ...nothing, classes: 0, norms: null, logEnergy: 0 });
    expect(geometry(tableOf([[3, 4]]))).toMatchObject({ ...nothing, classes: 1, norms: { mean: 5 } });
    const withZero = geometry(
      tableOf(
        [
          [1, 0],
          [0, 0],
          [0, 1],
        ],
        { classes: [2, 3, 5] },
      ),
    );
    expect(withZero).toMatchObject({ classes: 3, zeroClasses: [3], closestPair: [2, 5], maxCosine: 0 });
    const equal = geometry(
      tableOf([
        [0.3, 0.1],
        [0.6, 0.2],
      ]),
    );
    expect(equal.maxCosine).toBeCloseTo(1, 12);
    const same = geometry(
      tableOf([
        [0.3, 0.1],
        [0.3, 0.1],
      ]),
    );
    expect(same).toMatchObject({ smallestAngleRad: 0, logEnergy: Infinity, coulombEnergy: Infinity });
  });

  test('energies keep their digits over many pairs, close ones and none', () => {
    const distances = [
      1e-30,
      4,
      1e-8,
      ...Array.from({ length: 3000 }, (_, n) => 4 / (1 + (n % 977))),
      1e-30,
      1e-30,
    ];
    const sum = new LogDistances();
    for (const distance2 of distances) sum.product = sum.multiply(sum.product, distance2);
    const plain = distances.reduce((total, distance2) => total - 0.5 * Math.log(distance2), 0);
    expect(sum.energy / plain).toBeCloseTo(1, 12);
    sum.product = sum.multiply(sum.product, 0);
    expect(sum.energy).toBe(Infinity);
    expect(new LogDistances().energy).toBe(0);
  });

  test('an aborted signal ends it', () => {
    const reason = new Error('stopped');
    expect(() => geometry(gaussianTable(1, 3, 3), { signal: AbortSignal.abort(reason) })).toThrow(reason);
  });

  test('malformed tables are typed errors', () => {
    expect(() => geometry(tableOf([[NaN]]))).toThrow(code('not-finite'));
  });
});

describe('energy', () => {
  test('known minima: tetrahedron, octahedron, icosahedron', () => {
    const s = Math.SQRT1_2;
    const tetrahedron = tableOf([
      [1, 1, 1],
      [1, -1, -1],
      [-1, 1, -1],
      [-1, -1, 1],
    ]);
    expect(energy(tetrahedron, { s: 1 })).toBeCloseTo(3.674234614, 6);
    expect(energy(tetrahedron)).toBeCloseTo(-6 * 0.5 * Math.log(8 / 3), 6);
    expect(energy(tetrahedron, { s: 2 })).toBeCloseTo((6 * 3) / 8, 6);
    const octahedron = tableOf([
      [1, 0, 0],
      [-1, 0, 0],
      [0, s, s],
      [0, -s, -s],
      [0, s, -s],
      [0, -s, s],
    ]);
    expect(energy(octahedron, { s: 1 })).toBeCloseTo(9.985281374, 6);
    const phi = (1 + Math.sqrt(5)) / 2;
    const signs = [
      [1, 1],
      [1, -1],
      [-1, 1],
      [-1, -1],
    ];
    const icosahedron = tableOf(
      signs.flatMap(([p, q]) => [
        [0, p, q * phi],
        [p, q * phi, 0],
        [q * phi, 0, p],
      ]),
    );
    expect(energy(icosahedron, { s: 1 })).toBeCloseTo(49.165253058, 6);
  });

  test('bad input', () => {
    expect(energy(tableOf([[1, 0]]))).toBe(0);
    for (const s of [-1, NaN, Infinity])
      expect(() => energy(tableOf([[1]]), { s })).toThrow(code('invalid-argument'));
    expect(() => energy(tableOf([[0, 0]]))).toThrow(code('zero-vector'));
  });
});

describe('drift', () => {
  test('angles, distances, and classes that come and go', () => {
    const before = tableOf(
      [
        [1, 0],
        [0, 2],
        [1, 1],
      ],
      { classes: [0, 2, 5] },
    );
    const after = tableOf(
      [
        [0, 1],
        [0, 3],
        [7, 7],
      ],
      { classes: [0, 2, 9] },
    );
    const measured = drift(before, after);
    expect(measured.classes).toEqual(Int32Array.of(0, 2));
    expect(measured.anglesRad).toEqual(Float64Array.of(Math.PI / 2, 0));
    expect(measured.distances).toEqual(Float64Array.of(Math.SQRT2, 1));
    expect(measured).toMatchObject({ meanAngleRad: Math.PI / 4, appeared: [9], disappeared: [5] });
  });

  test('nothing in common, zero vectors, opposite vectors', () => {
    expect(drift(tableOf([[1]], { classes: [0] }), tableOf([[1]], { classes: [1] }))).toMatchObject({
      meanAngleRad: 0,
      meanDistance: 0,
    });
    expect(drift(tableOf([[0, 0]]), tableOf([[1, 0]])).anglesRad[0]).toBe(Math.PI / 2);
    expect(drift(tableOf([[1, 2]]), tableOf([[-2, -4]])).anglesRad[0]).toBeCloseTo(Math.PI, 12);
  });

  test('bad input', () => {
    expect(() => drift(tableOf([[1]]), tableOf([[1, 2]]))).toThrow(code('shape-mismatch'));
    expect(() => drift(tableOf([[1]]), tableOf([[NaN]]))).toThrow(code('not-finite'));
  });
});
