import { createRng } from '@protonorm/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxDifference } from '../test-data/tables.ts';
import { addProduct } from './add-product.ts';
import { wholeMatrix } from './block.ts';
import { multiplyTransposed } from './multiply-transposed.ts';
import { spanCoordinates } from './thin-qr.ts';

function decompose(data: Float64Array, rows: number, cols: number) {
  const { coordinates, basis } = spanCoordinates(wholeMatrix(data, rows, cols));
  const rank = basis.rows;
  const product = wholeMatrix(new Float64Array(rows * cols), rows, cols);
  addProduct(product, coordinates, basis);
  const gram = wholeMatrix(new Float64Array(rank * rank), rank, rank);
  multiplyTransposed(gram, basis, basis);
  const identity = gram.data.map((_, at) => (at % (rank + 1) === 0 ? 1 : 0));
  return { rank, residual: maxDifference(product.data, data), skew: maxDifference(gram.data, identity) };
}

test('coordinates times an orthonormal basis give the rows back', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 20 }),
      fc.nat(),
      (rows, cols, seed) => {
        const rng = createRng(seed);
        const data = Float64Array.from({ length: rows * cols }, () => rng.normal());
        const { rank, residual, skew } = decompose(data, rows, cols);
        expect(rank).toBe(Math.min(rows, cols));
        expect(residual).toBeLessThan(1e-13);
        expect(skew).toBeLessThan(1e-14);
      },
    ),
    { seed: 1 },
  );
});

test('dependent rows add no direction', () => {
  const rows = [1, 0, 0, 0, 2, 0, 0, 0, 1, 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0];
  const { rank, residual } = decompose(Float64Array.from(rows), 5, 4);
  expect(rank).toBe(2);
  expect(residual).toBeLessThan(1e-15);
});

test('nearly equal rows still give an orthonormal basis', () => {
  const rng = createRng(5);
  const common = Array.from({ length: 30 }, () => rng.normal());
  const data = Float64Array.from({ length: 6 * 30 }, (_, at) => common[at % 30] + 1e-9 * rng.normal());
  const { rank, residual, skew } = decompose(data, 6, 30);
  expect(rank).toBe(6);
  expect(residual).toBeLessThan(1e-14);
  expect(skew).toBeLessThan(1e-14);
});
