import { createRng } from '@protonorm/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unitRows } from '../class-table/unit-rows.ts';
import { wholeMatrix, type Block } from '../linear-algebra/block.ts';
import { gaussianTable, reluTable } from '../test-data/tables.ts';
import { assignCodewords } from './assign-codewords.ts';
import { canonicalOrder } from '../linear-algebra/canonical-order.ts';
import { writeCodeword } from './codewords.ts';
import { largestTemplate, type LineTemplate } from './line-template.ts';

function assign(rows: Block, template: LineTemplate, bases: number): number[] {
  return Array.from(assignCodewords(rows, template, { bases, order: canonicalOrder(rows) }));
}

/** Inner product of each row with each codeword of the first bases, shape [C][codewords]. */
function allScores(rows: Block, template: LineTemplate, bases: number): number[][] {
  const { dim } = template;
  const codeword = new Float64Array(dim);
  const scores = Array.from({ length: rows.rows }, (): number[] => []);
  for (let number = 0; number < 2 * dim * bases; number++) {
    writeCodeword(template, number, codeword);
    for (let row = 0; row < rows.rows; row++)
      scores[row].push(codeword.reduce((sum, x, v) => sum + x * rows.data[row * dim + v], 0));
  }
  return scores;
}

test('few rows get what the plain search over all pairs gives them', () => {
  fc.assert(
    fc.property(fc.constantFrom(8, 16), fc.integer({ min: 1, max: 8 }), fc.nat(), (dim, count, seed) => {
      // Each row has as many candidates as there are rows, so none is decoded twice.
      const template = largestTemplate(dim)!;
      const rows = unitRows(gaussianTable(seed, count, dim));
      const scores = allScores(rows, template, template.bases);
      const plain = new Array<number>(count).fill(-1);
      for (let round = 0; round < count; round++) {
        let best = { row: -1, number: -1, score: -Infinity };
        scores.forEach((ofRow, row) =>
          ofRow.forEach((score, number) => {
            if (plain[row] < 0 && !plain.includes(number) && score > best.score)
              best = { row, number, score };
          }),
        );
        plain[best.row] = best.number;
      }
      expect(assign(rows, template, template.bases)).toEqual(plain);
    }),
    { seed: 1, numRuns: 30 },
  );
});

test('one row gets the best of all codewords', () => {
  for (const dim of [4, 8, 16, 32]) {
    const template = largestTemplate(dim)!;
    const rows = unitRows(gaussianTable(dim, 1, dim));
    const [scores] = allScores(rows, template, template.bases);
    expect(scores[assign(rows, template, template.bases)[0]]).toBe(Math.max(...scores));
  }
});

test('every row gets another codeword of the searched bases, also when all are needed', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(gaussianTable, reluTable),
      fc.constantFrom(4, 8, 16),
      fc.integer({ min: 1, max: 3 }),
      fc.nat(),
      fc.nat(),
      (make, dim, bases, spare, seed) => {
        const most = 2 * dim * bases;
        const count = most - (spare % 3);
        const numbers = assign(unitRows(make(seed, count, dim)), largestTemplate(dim)!, bases);
        expect(new Set(numbers).size).toBe(count);
        expect(numbers.every((number) => number >= 0 && number < most)).toBe(true);
      },
    ),
    { seed: 2, numRuns: 60 },
  );
});

test('codewords get themselves', () => {
  for (const dim of [8, 16, 32, 64]) {
    const template = largestTemplate(dim)!;
    const bases = Math.min(template.bases, 6);
    const numbers = createRng(dim)
      .shuffle(Array.from({ length: 2 * dim * bases }, (_, number) => number))
      .slice(0, 150);
    const rows = wholeMatrix(new Float64Array(numbers.length * dim), numbers.length, dim);
    numbers.forEach((number, row) =>
      writeCodeword(template, number, rows.data.subarray(row * dim, (row + 1) * dim)),
    );
    expect(assign(rows, template, bases)).toEqual(numbers);
  }
});

test('zero rows get codewords too', () => {
  const rows = wholeMatrix(new Float64Array(20 * 8), 20, 8);
  expect(new Set(assign(rows, largestTemplate(8)!, 8)).size).toBe(20);
});

test('blocks are read where they lie', () => {
  const rows = unitRows(gaussianTable(3, 30, 16));
  const wide = { data: new Float64Array(7 + 30 * 19).fill(NaN), offset: 7, stride: 19, rows: 30, cols: 16 };
  for (let i = 0; i < 30; i++) wide.data.set(rows.data.subarray(i * 16, (i + 1) * 16), 7 + i * 19);
  expect(assign(wide, largestTemplate(16)!, 2)).toEqual(assign(rows, largestTemplate(16)!, 2));
});
