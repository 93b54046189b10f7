import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pooledScores } from './pooled-scores.ts';

const row = fc
  .array(fc.integer({ min: -300, max: 300 }), { minLength: 4, maxLength: 4 })
  .map((all) => all.map((x) => x / 8));
const argMax = (values: ArrayLike<number>): number =>
  Array.from(values).indexOf(Math.max(...Array.from(values)));

it('is the mean of the log probabilities', () => {
  // p = (1/4, 3/4), q = (9/10, 1/10): sqrt(p q) = (sqrt .225, sqrt .075).
  const pooled = pooledScores(Float32Array.of(0, Math.log(3)), Float64Array.of(Math.log(9) + 5, 5), 2);
  expect(pooled[0]).toBeCloseTo(Math.log(Math.sqrt(0.225)), 6);
  expect(pooled[1]).toBeCloseTo(Math.log(Math.sqrt(0.075)), 6);
});

it('does not change when either predictor adds a constant, and agrees where they agree', () => {
  fc.assert(
    fc.property(row, row, fc.double({ min: -50, max: 50, noNaN: true }), (a, b, shift) => {
      const pooled = pooledScores(Float32Array.from(a), Float64Array.from(b), 4);
      const shifted = pooledScores(
        Float32Array.from(a),
        Float64Array.from(b, (x) => x + shift),
        4,
      );
      pooled.forEach((x, k) => expect(shifted[k]).toBeCloseTo(x, 8));
      if (argMax(a) === argMax(b)) expect(argMax(pooled)).toBe(argMax(a));
    }),
  );
});

it('keeps a class ruled out that one of them rules out', () => {
  const pooled = pooledScores(Float32Array.of(9, 0), Float64Array.of(-Infinity, 0), 2);
  expect(pooled[0]).toBe(-Infinity);
  expect(pooled[1]).toBeLessThan(0);
});
