import { createRng } from '@protonorm/tensor';
import { expect, it } from 'vitest';
import { columnMoments, normalise, normaliserOf } from './batch-norm.ts';

it('keeps the digits of a small deviation around a large mean', () => {
  const x = Float32Array.of(10000, 10001, 10002, 10003);
  const { mean, variance } = columnMoments(x, 1);
  expect([mean[0], variance[0]]).toEqual([10001.5, 1.25]);
});

it('gives columns of mean beta and deviation gamma', () => {
  const rng = createRng(2);
  const x = Float32Array.from({ length: 60 }, () => 5 + 3 * rng.normal());
  const { mean, variance } = columnMoments(x, 3);
  const y = new Float32Array(60);
  normalise(y, x, normaliserOf(mean, variance, 0), Float32Array.of(1, 2, 3), Float32Array.of(0, -1, 4));
  const after = columnMoments(y, 3);
  [0, -1, 4].forEach((beta, c) => expect(after.mean[c]).toBeCloseTo(beta, 5));
  [1, 4, 9].forEach((gamma, c) => expect(after.variance[c]).toBeCloseTo(gamma, 4));
});
