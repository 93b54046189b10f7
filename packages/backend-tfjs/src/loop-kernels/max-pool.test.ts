import { expect, it } from 'vitest';
import { maxPool, maxPoolGradient, type PoolGeometry } from './max-pool.ts';

const row: PoolGeometry = {
  batch: 1,
  height: 1,
  width: 5,
  channels: 1,
  outHeight: 1,
  outWidth: 3,
  kernel: [1, 3],
  stride: [1, 2],
  top: 0,
  left: 1,
};

function pool(x: number[], geometry: PoolGeometry = row): { y: number[]; winners: number[] } {
  const count = geometry.outHeight * geometry.outWidth * geometry.channels * geometry.batch;
  const y = new Float32Array(count);
  const winners = new Int32Array(count);
  maxPool(y, winners, Float32Array.from(x), geometry);
  return { y: [...y], winners: [...winners] };
}

it('takes the first maximum; the padding never wins', () => {
  expect(pool([-3, -4, -4, -1, -1])).toEqual({ y: [-3, -1, -1], winners: [0, 3, 3] });
  expect(pool([2, 2, 2, 2, 2])).toEqual({ y: [2, 2, 2], winners: [0, 1, 3] });
});

it('lets NaN win and takes a window of -Infinity as it is', () => {
  expect(pool([1, NaN, 2, 3, 4]).y).toEqual([NaN, NaN, 4]);
  const low = -Infinity;
  expect(pool([low, low, low, low, low])).toEqual({ y: [low, low, low], winners: [0, 1, 3] });
});

it('adds up the gradients of windows that share a winner', () => {
  const { winners } = pool([0, 0, 0, 9, 0]);
  const dx = new Float32Array(5).fill(7);
  maxPoolGradient(dx, Float32Array.of(1, 10, 100), Int32Array.from(winners));
  expect([...dx]).toEqual([1, 0, 0, 110, 0]);
});
