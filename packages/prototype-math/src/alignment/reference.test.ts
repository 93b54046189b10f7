import { createRng, type Prototypes } from '@protonorm/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gaussianTable, maxDifference, reluTable, tableOf } from '../test-data/tables.ts';
import type { AlignmentStep, AlignOptions } from './align-options.ts';
import { align as alignBy } from './align.ts';
import { alignPlainly } from './reference-plain.ts';

const align = (table: Prototypes, options: AlignOptions = {}) =>
  alignBy(table, { method: 'reference', ...options });
const row = (vectors: Float32Array, dim: number, index: number) =>
  Array.from(vectors.subarray(index * dim, (index + 1) * dim));

test('the fast version makes the passes of the plain one', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(gaussianTable, reluTable),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 3, max: 24 }), // on a circle, crowded points run through each other: chaos for any rounding
      fc.nat(),
      (make, count, dim, seed) => {
        const table = make(seed, count, dim);
        const options = { iterations: 40 };
        const fast = align(table, options);
        const plain = alignPlainly(table, options);
        expect(fast.passes).toBe(plain.meanForce.length);
        expect(maxDifference(fast.meanForce, plain.meanForce)).toBeLessThan(1e-9);
        expect(maxDifference(fast.prototypes.vectors, plain.vectors)).toBeLessThan(1e-7);
      },
    ),
    { seed: 1, numRuns: 60 },
  );
});

test('any parameters give the passes of the plain version', () => {
  fc.assert(
    fc.property(
      fc.record({
        iterations: fc.integer({ min: 0, max: 45 }),
        learningRate: fc.double({ min: 1e-4, max: 2, noNaN: true }),
        momentum: fc.double({ min: 0, max: 0.95, noNaN: true }),
        decay: fc.double({ min: 0.5, max: 1, noNaN: true }),
        decayEvery: fc.integer({ min: 1, max: 12 }),
        earlyStop: fc.oneof(fc.constant(false as const), fc.integer({ min: 0, max: 30 })),
      }),
      fc.nat(),
      (options, seed) => {
        const table = gaussianTable(seed, 7, 5);
        const fast = align(table, options);
        const plain = alignPlainly(table, options);
        expect(fast.passes).toBe(plain.meanForce.length);
        expect(maxDifference(fast.prototypes.vectors, plain.vectors)).toBeLessThan(1e-6);
      },
    ),
    { seed: 2 },
  );
});

test('defaults are those of the release', () => {
  const table = gaussianTable(3, 6, 9);
  const released = {
    iterations: 500,
    learningRate: 0.1,
    momentum: 0.9,
    decay: 0.95,
    decayEvery: 10,
    earlyStop: 10,
  };
  expect(align(table)).toEqual(align(table, { method: 'reference', ...released }));
});

test('the first pass by hand', () => {
  // Two orthogonal points: F_0 = (1, -1)/2, u_0 = (1.05, -.05)/|.|
  const { prototypes, meanForce } = align(
    tableOf([
      [2, 0],
      [0, 3],
    ]),
    { iterations: 1 },
  );
  const norm = Math.hypot(1.05, 0.05);
  expect(
    maxDifference(prototypes.vectors, [1.05 / norm, -0.05 / norm, -0.05 / norm, 1.05 / norm]),
  ).toBeLessThan(1e-7);
  expect(meanForce[0]).toBeCloseTo(Math.SQRT1_2, 9);
});

test('without early stop, C <= d + 1 points come to the simplex and mean force to (C - 1)/2', () => {
  const result = align(gaussianTable(4, 5, 8), { earlyStop: false });
  expect(result).toMatchObject({ passes: 500, stop: 'iterations', method: 'reference', warnings: [] });
  expect(result.geometry.maxCosine).toBeCloseTo(-0.25, 5);
  expect(result.meanForce.at(-1)).toBeCloseTo(2, 6);
});

test('coinciding prototypes keep one direction, the others spread, and the result says so', () => {
  const table = gaussianTable(5, 6, 10);
  table.vectors.set(
    row(table.vectors, 10, 1).map((x) => 2 * x),
    40,
  );
  const result = align(table, { earlyStop: false });
  expect(row(result.prototypes.vectors, 10, 4)).toEqual(row(result.prototypes.vectors, 10, 1));
  expect(result.warnings).toEqual([
    { code: 'coinciding-prototypes', message: expect.stringContaining('Classes 1, 4 '), classes: [1, 4] },
  ]);
  expect(result.geometry.maxCosine).toBeCloseTo(1, 6);
  const plain = alignPlainly(table, { earlyStop: false });
  expect(maxDifference(result.prototypes.vectors, plain.vectors)).toBeLessThan(1e-6);
  expect(maxDifference(result.meanForce, plain.meanForce)).toBeLessThan(1e-8);
});

test('prototypes that are all equal stay where they are', () => {
  const result = align(
    tableOf([
      [3, 4],
      [3, 4],
      [6, 8],
    ]),
  );
  expect(Array.from(result.prototypes.vectors)).toEqual(
    Array.from(Float32Array.of(0.6, 0.8, 0.6, 0.8, 0.6, 0.8)),
  );
  expect(result).toMatchObject({ passes: 21, stop: 'early-stop', movement: { max: 0 } });
});

test('near prototypes are driven apart, never NaN', () => {
  for (const distance of [1e-3, 1e-5, 1e-6]) {
    const { geometry, prototypes } = align(
      tableOf([
        [1, 0, 0],
        [1, distance, 0],
        [0, 0, 1],
      ]),
    );
    expect(prototypes.vectors.every(Number.isFinite)).toBe(true);
    expect(geometry.maxCosine).toBeLessThan(0.9);
  }
});

test('prototypes that span too little stay in their span, with a warning', () => {
  const rng = createRng(6);
  const flat = tableOf(Array.from({ length: 4 }, () => [rng.normal(), rng.normal(), 0, 0, 0, 0]));
  const { prototypes, warnings } = align(flat, { earlyStop: false });
  expect(warnings.map(({ code }) => code)).toEqual(['rank-deficient']);
  expect(prototypes.vectors.every((x, at) => at % 6 < 2 || x === 0)).toBe(true);
});

test('one class, opposite classes, one dimension', () => {
  expect(align(tableOf([[3, 4]]))).toMatchObject({
    passes: 21,
    prototypes: { vectors: Float32Array.of(0.6, 0.8) },
  });
  expect(
    Array.from(
      align(
        tableOf([
          [1, 0],
          [-2, 0],
        ]),
      ).prototypes.vectors,
    ),
  ).toEqual([1, 0, -1, 0]);
  expect(Array.from(align(tableOf([[5], [-2], [1]])).prototypes.vectors)).toEqual([1, -1, 1]);
});

test('steps are reported, and an abort ends the run with its reason', () => {
  const steps: AlignmentStep[] = [];
  const result = align(gaussianTable(7, 4, 4), { iterations: 12, onStep: (step) => steps.push(step) });
  expect(steps.map(({ pass }) => pass)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  expect(steps.map(({ meanForce }) => meanForce)).toEqual(Array.from(result.meanForce));
  expect(steps[0].learningRate).toBe(0.1);
  expect(steps[1].learningRate).toBe(0.1 * 0.95); // the decay comes after pass 0 already
  expect(steps[11].learningRate).toBe(0.1 * 0.95 * 0.95);

  const controller = new AbortController();
  const reason = new Error('enough');
  const abortAtThree = ({ pass }: AlignmentStep) => {
    if (pass === 3) controller.abort(reason);
  };
  expect(() => align(gaussianTable(7, 4, 4), { signal: controller.signal, onStep: abortAtThree })).toThrow(
    reason,
  );
});

test('a learning rate beyond the range of numbers is an error, not NaN', () => {
  expect(() => align(gaussianTable(8, 4, 4), { learningRate: 1e300 })).toThrow(
    expect.objectContaining({ code: 'not-finite' }),
  );
});
