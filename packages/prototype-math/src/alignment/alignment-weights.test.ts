import { expect, test } from 'vitest';
import { readWeights } from './alignment-weights.ts';

const counts = Float64Array.of(1, 2, 9);

test('weights have mean 1', () => {
  expect(Array.from(readWeights(counts))).toEqual([1, 1, 1]);
  expect(Array.from(readWeights(counts, 'uniform'))).toEqual([1, 1, 1]);
  expect(Array.from(readWeights(counts, 'counts'))).toEqual([0.25, 0.5, 2.25]);
  expect(Array.from(readWeights(counts, [30, 60, 270]))).toEqual([0.25, 0.5, 2.25]);
  expect(Array.from(counts)).toEqual([1, 2, 9]);
});

test.each([
  ['samples', 'invalid-argument'],
  [[1, 2], 'shape-mismatch'],
  [[1, 0, 1], 'invalid-argument'],
  [[1, NaN, 1], 'invalid-argument'],
  [[1, Infinity, 1], 'invalid-argument'],
])('%j is refused: %s', (weights, code) => {
  expect(() => readWeights(counts, weights as 'uniform')).toThrow(expect.objectContaining({ code }));
});
