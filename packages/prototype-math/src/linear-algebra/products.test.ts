import { createRng } from '@protonorm/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxDifference } from '../test-data/tables.ts';
import { addProduct } from './add-product.ts';
import { wholeMatrix, type Block } from './block.ts';
import { forEachGramTile } from './gram-tiles.ts';
import { multiplyTransposed } from './multiply-transposed.ts';

const size = fc.integer({ min: 0, max: 11 });

function randomMatrix(seed: number, rows: number, cols: number): Block {
  const rng = createRng(seed);
  return wholeMatrix(
    Float64Array.from({ length: rows * cols }, () => rng.normal()),
    rows,
    cols,
  );
}

test('a b^T is the plain triple loop, whatever the remainders by 4', () => {
  fc.assert(
    fc.property(size, size, size, fc.nat(), (m, n, k, seed) => {
      const a = randomMatrix(seed, m, k);
      const b = randomMatrix(seed + 1, n, k);
      const out = wholeMatrix(new Float64Array(m * n).fill(7), m, n);
      multiplyTransposed(out, a, b);
      const plain = new Float64Array(m * n);
      for (let i = 0; i < m; i++)
        for (let j = 0; j < n; j++)
          for (let p = 0; p < k; p++) plain[i * n + j] += a.data[i * k + p] * b.data[j * k + p];
      expect(out.data).toEqual(plain); // to the bit: the order of the sum is the same
    }),
    { seed: 1 },
  );
});

test('out + a b is the plain triple loop', () => {
  fc.assert(
    fc.property(size, size, size, fc.nat(), (m, n, k, seed) => {
      const a = randomMatrix(seed, m, k);
      const b = randomMatrix(seed + 1, k, n);
      const start = randomMatrix(seed + 2, m, n);
      const out = wholeMatrix(start.data.slice(), m, n);
      addProduct(out, a, b);
      const plain = new Float64Array(m * n);
      for (let i = 0; i < m; i++)
        for (let j = 0; j < n; j++)
          for (let p = 0; p < k; p++) plain[i * n + j] += a.data[i * k + p] * b.data[p * n + j];
      expect(out.data).toEqual(plain.map((x, i) => start.data[i] + x));
    }),
    { seed: 2 },
  );
});

test('products read and write inside of their blocks only', () => {
  const big = randomMatrix(3, 9, 10);
  const a = { data: big.data, offset: 12, stride: 10, rows: 5, cols: 6 };
  const b = { data: big.data, offset: 3, stride: 10, rows: 4, cols: 6 };
  const out = { data: new Float64Array(60).fill(-1), offset: 8, stride: 7, rows: 5, cols: 4 };
  const expected = out.data.slice();
  for (let i = 0; i < 5; i++) {
    for (let j = 0; j < 4; j++) {
      let sum = 0;
      for (let p = 0; p < 6; p++) sum += big.data[12 + i * 10 + p] * big.data[3 + j * 10 + p];
      expected[8 + i * 7 + j] = sum;
    }
  }
  multiplyTransposed(out, a, b);
  expect(out.data).toEqual(expected);
});

test('Gram tiles cover the upper triangle', () => {
  for (const count of [0, 1, 31, 32, 33, 70]) {
    const rows = randomMatrix(count, count, 5);
    const gram = wholeMatrix(new Float64Array(count * count), count, count);
    multiplyTransposed(gram, rows, rows);
    const visited = new Float64Array(count * count);
    forEachGramTile(rows, ({ rowFrom, colFrom, values }) => {
      for (let i = 0; i < values.rows; i++) {
        for (let j = 0; j < values.cols; j++) {
          visited[(rowFrom + i) * count + colFrom + j] = values.data[i * values.stride + j];
        }
      }
    });
    for (let i = 0; i < count; i++) {
      expect(
        maxDifference(
          visited.subarray(i * count + i, (i + 1) * count),
          gram.data.subarray(i * count + i, (i + 1) * count),
        ),
      ).toBe(0);
    }
  }
});
