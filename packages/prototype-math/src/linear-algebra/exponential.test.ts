import { expect, test } from 'vitest';
import { exponential } from './exponential.ts';

test('is e^x to eleven digits', () => {
  let worst = 0;
  for (let i = 0; i <= 200_000; i++) {
    const x = (-707 * i) / 200_000;
    worst = Math.max(worst, Math.abs(exponential(x) / Math.exp(x) - 1));
  }
  expect(worst).toBeLessThan(1e-11);
  expect(exponential(0)).toBe(1);
});

test('never rises as x falls, so that closer pairs push no less', () => {
  const rises: number[] = [];
  for (let x = 0, last = 1; x > -50; x -= 0.0005) {
    const value = exponential(x);
    if (value > last) rises.push(x);
    last = value;
  }
  expect(rises).toEqual([]);
});
