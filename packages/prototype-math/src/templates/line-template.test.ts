import { createRng } from '@protonorm/tensor';
import { describe, expect, test } from 'vitest';
import { wholeMatrix } from '../linear-algebra/block.ts';
import { forEachGramTile } from '../linear-algebra/gram-tiles.ts';
import { writeCodeword } from './codewords.ts';
import { largestTemplate, type LineTemplate } from './line-template.ts';

/** The named codewords as rows of a matrix. */
function codewords(template: LineTemplate, numbers: readonly number[]) {
  const { dim } = template;
  const rows = new Float64Array(numbers.length * dim);
  numbers.forEach((number, row) =>
    writeCodeword(template, number, rows.subarray(row * dim, (row + 1) * dim)),
  );
  return wholeMatrix(rows, numbers.length, dim);
}

/** The largest cosine of two different rows, and how far their norms are from 1. */
function measure(template: LineTemplate, numbers: readonly number[]) {
  let maxCosine = -1;
  let normError = 0;
  forEachGramTile(codewords(template, numbers), ({ rowFrom, colFrom, values }) => {
    for (let i = 0; i < values.rows; i++) {
      for (let j = 0; j < values.cols; j++) {
        const product = values.data[i * values.stride + j];
        if (rowFrom + i === colFrom + j) normError = Math.max(normError, Math.abs(product - 1));
        else maxCosine = Math.max(maxCosine, product);
      }
    }
  });
  return { maxCosine, normError };
}

const all = (count: number) => Array.from({ length: count }, (_, number) => number);

const table: [dim: number, points: number, maxCosine: number][] = [
  [4, 24, 0.5],
  [8, 128, 0.5],
  [16, 288, 0.25],
  [32, 2048, 0.25],
  [64, 4224, 0.125],
  [128, 32_768, 0.125],
  [256, 66_048, 0.0625],
  [512, 524_288, 0.0625],
  [1024, 1_050_624, 0.03125],
];

test.each(table)('d = %i: %i points with cosines up to %f', (dim, points, maxCosine) => {
  expect(largestTemplate(dim)).toMatchObject({ dim, points, maxCosine });
});

test.each([4, 8, 16, 32])('d = %i: all pairs', (dim) => {
  const template = largestTemplate(dim)!;
  const { maxCosine, normError } = measure(template, all(template.points));
  expect(maxCosine).toBeCloseTo(template.maxCosine, 14);
  expect(normError).toBeLessThan(1e-14);
});

test.each([64, 128, 256, 512, 1024])('d = %i: all pairs of drawn codewords', (dim) => {
  const template = largestTemplate(dim)!;
  const rng = createRng(dim);
  const numbers = new Set(all(30)); // one basis among them
  while (numbers.size < 330) numbers.add(rng.integer(template.points));
  const { maxCosine, normError } = measure(template, [...numbers]);
  expect(maxCosine).toBeCloseTo(template.maxCosine, 14);
  expect(normError).toBeLessThan(1e-14);
});

test.each([4, 8, 16, 32, 64])('d = %i: all codewords differ', (dim) => {
  const template = largestTemplate(dim)!;
  const rows = codewords(template, all(template.points));
  const texts = all(template.points).map((row) => rows.data.subarray(row * dim, (row + 1) * dim).join());
  expect(new Set(texts).size).toBe(template.points);
});

describe('the dimension', () => {
  test('is the largest power of two up to d', () => {
    for (const [d, dim] of [
      [4, 4],
      [7, 4],
      [15, 8],
      [100, 64],
      [511, 256],
      [768, 512],
    ])
      expect(largestTemplate(d)?.dim).toBe(dim);
  });

  test('is 4 at least', () => {
    for (const d of [1, 2, 3]) expect(largestTemplate(d)).toBeUndefined();
  });
});
