import { createRng, type Prototypes } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unitRows } from '../class-table/unit-rows.ts';
import { pairStatistics } from '../geometry/pair-statistics.ts';
import { wholeMatrix } from '../linear-algebra/block.ts';
import { writeCodeword } from '../templates/codewords.ts';
import { largestTemplate } from '../templates/line-template.ts';
import { gaussianTable, reluTable, tableOf } from '../test-data/tables.ts';
import type { AlignOptions } from './align-options.ts';
import { coincidingRows } from './coinciding-rows.ts';
import type { AlignmentSolver } from './solver.ts';
import { templateSolver, type TemplateOptions } from './template.ts';

templateSolver satisfies AlignmentSolver;

function solve(table: Prototypes, options: AlignOptions & TemplateOptions = {}) {
  const { classes, counts } = table;
  const directions = unitRows(table);
  const coinciding = coincidingRows(directions);
  return templateSolver({ classes, counts, directions, coinciding, rng: createRng(0) }, options);
}

/** The largest cosine of two rows, the largest deviation of their norms from 1, and how many rows differ. */
function measure(vectors: Float64Array, dim: number) {
  const count = vectors.length / dim;
  const { maxCosine } = pairStatistics(wholeMatrix(vectors, count, dim), {});
  let normError = 0;
  const texts = new Set<string>();
  for (let row = 0; row < count; row++) {
    const vector = vectors.subarray(row * dim, (row + 1) * dim);
    normError = Math.max(normError, Math.abs(vector.reduce((sum, x) => sum + x * x, 0) - 1));
    texts.add(vector.join());
  }
  return { maxCosine, normError, different: texts.size };
}

const inputs = fc.record({
  make: fc.constantFrom(gaussianTable, reluTable),
  dim: fc.integer({ min: 4, max: 40 }),
  pick: fc.nat(),
  seed: fc.nat(),
});

describe('laws', () => {
  const check = (law: (table: Prototypes, seed: number) => void) =>
    fc.assert(
      fc.property(inputs, ({ make, dim, pick, seed }) => {
        law(make(seed, 1 + (pick % Math.min(100, largestTemplate(dim)!.points)), dim), seed);
      }),
      { seed: 1, numRuns: 60 },
    );

  test('unit rows, all different, with no cosine above that of the template', () =>
    check((table) => {
      const { vectors, ...rest } = solve(table);
      const { maxCosine, normError, different } = measure(vectors, table.dim);
      expect(normError).toBeLessThan(1e-12);
      expect(maxCosine).toBeLessThan(largestTemplate(table.dim)!.maxCosine + 1e-12);
      expect(different).toBe(table.classes.length);
      expect(rest).toEqual({
        passes: 0,
        stop: 'closed-form',
        meanForce: new Float64Array(0),
        warnings: [],
      });
    }));

  test('the same prototypes in another order get the same targets, to the bit', () =>
    check((table, seed) => {
      const order = createRng(seed).split('order').shuffle(Array.from(table.classes.keys()));
      const reorder = <T extends Float32Array | Float64Array>(rows: T): T => {
        const moved = rows.slice() as T;
        order.forEach((from, to) =>
          moved.set(rows.subarray(from * table.dim, (from + 1) * table.dim), to * table.dim),
        );
        return moved;
      };
      const reordered = solve({ ...table, vectors: reorder(table.vectors) }).vectors;
      expect(reordered).toEqual(reorder(solve(table).vectors));
    }));

  test('same input, same bits', () =>
    check((table) => {
      expect(solve(table).vectors).toEqual(solve(table).vectors);
    }));
});

test('prototypes with many equal scores: another order, the same targets', () => {
  const corners = Array.from({ length: 16 }, (_, v) => [1, 2, 4, 8].map((bit) => ((v & bit) === 0 ? 1 : -1)));
  const forwards = solve(tableOf(corners)).vectors;
  const backwards = solve(tableOf(corners.toReversed())).vectors;
  for (let row = 0; row < 16; row++)
    expect(backwards.subarray(row * 4, row * 4 + 4)).toEqual(forwards.subarray(60 - row * 4, 64 - row * 4));
});

test.each([
  [64, 0.125],
  [128, 0.125],
  [256, 0.0625],
  [512, 0.0625],
])('d = %i: the largest cosine of 300 targets is %f', (dim, maxCosine) => {
  const { vectors } = solve(gaussianTable(dim, 300, dim), { forms: 3 });
  expect(measure(vectors, dim).maxCosine).toBeCloseTo(maxCosine, 13);
});

test('all points of a template', () => {
  const { maxCosine, different } = measure(solve(gaussianTable(1, 288, 16)).vectors, 16);
  expect(different).toBe(288);
  expect(maxCosine).toBe(0.25);
});

test.each([
  [16, 289, 0.5],
  [32, 2049, 0.5],
  [64, 4225, 0.25],
])('d = %i, %i classes: a larger template, cosine %f', (dim, count, most) => {
  const { vectors } = solve(gaussianTable(dim, count, dim));
  const { maxCosine, normError, different } = measure(vectors, dim);
  expect(maxCosine).toBeLessThan(most + 1e-12);
  expect(normError).toBeLessThan(1e-12);
  expect(different).toBe(count);
});

test('all points of a larger template', () => {
  const { maxCosine, different } = measure(solve(gaussianTable(1, 2080, 16)).vectors, 16);
  expect(different).toBe(2080);
  expect(maxCosine).toBe(0.5);
});

test('more forms move the prototypes less, and a target is nearer than chance', () => {
  const table = gaussianTable(2, 100, 128);
  const { data } = unitRows(table);
  const similarity = (forms: number) =>
    solve(table, { forms }).vectors.reduce((sum, x, at) => sum + (x * data[at]) / 100, 0);
  expect(similarity(1)).toBeGreaterThan(0.1);
  expect(similarity(32)).toBeGreaterThan(similarity(4));
  expect(similarity(4)).toBeGreaterThan(similarity(1));
});

test('codewords are their own targets when their forms are searched', () => {
  const template = largestTemplate(16)!;
  const codewords = [5, 38, 100, 287].map((number) => {
    const codeword = new Float64Array(16);
    writeCodeword(template, number, codeword);
    return Array.from(codeword);
  });
  expect(Array.from(solve(tableOf(codewords)).vectors)).toEqual(codewords.flat());
});

test('one prototype stays where it is', () => {
  for (const dim of [4, 16, 20]) {
    const table = gaussianTable(3, 1, dim);
    expect(solve(table).vectors).toEqual(unitRows(table).data);
  }
});

test('prototypes of low rank in a dimension without template', () => {
  const rows = Array.from({ length: 9 }, (_, i) =>
    Array.from({ length: 20 }, (_, k) => Number(k === 19 - i)),
  );
  const { vectors } = solve(tableOf(rows)); // their 9 axes lie in the 16 dimensions of the template
  const similarity = rows.flat().reduce((sum, x, at) => sum + x * vectors[at], 0) / 9;
  expect(similarity).toBeGreaterThan(0.45);
  expect(measure(vectors, 20).normError).toBeLessThan(1e-12);
});

test('coinciding prototypes are told apart, with a warning', () => {
  const rows = [
    [1, 0, 0, 0, 0, 0, 0, 2],
    [0, 1, 0, 0, 0, 0, 0, 0],
    [2, 0, 0, 0, 0, 0, 0, 4],
  ];
  const { vectors, warnings } = solve(tableOf(rows, { classes: [3, 5, 8] }));
  expect(measure(vectors, 8).different).toBe(3);
  expect(warnings.map(({ code, classes }) => [code, classes])).toEqual([['coinciding-prototypes', [3, 8]]]);

  const equal = tableOf(Array.from({ length: 120 }, () => [1, 2, 3, 4, 5, 6, 7, 8]));
  expect(measure(solve(equal).vectors, 8).different).toBe(120);
});

describe('what is refused', () => {
  test('dimensions and numbers of classes without a template', () => {
    expect(() => solve(gaussianTable(1, 2, 3))).toThrow(
      expect.objectContaining({ code: 'infeasible-alignment', received: 3 }),
    );
    expect(() => solve(gaussianTable(1, 2081, 16))).toThrow(
      expect.objectContaining({ code: 'infeasible-alignment', expected: 'at most 2080 classes' }),
    );
    expect(() => solve(gaussianTable(1, 129, 15))).toThrow(
      expect.objectContaining({
        code: 'infeasible-alignment',
        received: 129,
        expected: 'at most 128 classes',
      }),
    );
    expect(solve(gaussianTable(1, 128, 15)).vectors).toHaveLength(128 * 15);
  });

  test('too few forms', () => {
    expect(() => solve(gaussianTable(1, 129, 64), { forms: 1 })).toThrow(
      expect.objectContaining({
        code: 'infeasible-alignment',
        received: 1,
        expected: 'at least 2 forms',
      }),
    );
    expect(solve(gaussianTable(1, 129, 64), { forms: 2 }).vectors).toHaveLength(129 * 64);
  });

  test.each([0, -1, 1.5, NaN, Infinity, '3' as unknown as number])('forms: %s', (forms) => {
    expect(() => solve(gaussianTable(1, 3, 8), { forms })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', received: forms }),
    );
  });
});

describe('abort', () => {
  test('before the first form', () => {
    const reason = new Error('enough');
    expect(() => solve(gaussianTable(1, 3, 8), { signal: AbortSignal.abort(reason) })).toThrow(reason);
  });

  test('the signal is looked at for every form', () => {
    let looks = 0;
    const stopAfterTen = {
      throwIfAborted() {
        if (++looks === 10) throw new Error('enough');
      },
    } as AbortSignal;
    expect(() => solve(gaussianTable(1, 3, 64), { signal: stopAfterTen })).toThrow('enough');
    looks = 11;
    solve(gaussianTable(1, 3, 64), { signal: stopAfterTen });
    expect(looks).toBeGreaterThanOrEqual(11 + 33);
  });
});
