import { createRng } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';

import { exponential, logStandardGamma, polarSource, standardExponential, standardGamma } from './gamma.ts';

const source = (label: string) => {
  const rng = createRng(1).split(label);
  return polarSource(() => rng.uniform());
};

/** Mean and variance of 20,000 draws. */
function moments(draw: () => number): { mean: number; variance: number } {
  const values = Float64Array.from({ length: 20_000 }, draw);
  const mean = values.reduce((a, b) => a + b) / values.length;
  return { mean, variance: values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length };
}

describe('standardGamma', () => {
  it.each([0.1, 0.5, 1, 1.5, 4, 30])('has mean and variance equal to its shape %s', (shape) => {
    const numbers = source(`gamma ${shape}`);
    const { mean, variance } = moments(() => standardGamma(numbers, shape));
    expect(Math.abs(mean / shape - 1)).toBeLessThan(4 / Math.sqrt(20_000 * shape)); // 4 standard errors
    expect(Math.abs(variance / shape - 1)).toBeLessThan(0.15);
  });

  it('is 0 for shape 0', () => {
    expect(standardGamma(source('zero'), 0)).toBe(0);
  });
});

describe('logStandardGamma', () => {
  it.each([0.1, 0.9, 2.5])('has the distribution of the logarithm for shape %s', (shape) => {
    const plain = source(`plain ${shape}`);
    const logs = source(`logs ${shape}`);
    const a = moments(() => Math.log(standardGamma(plain, shape)));
    const b = moments(() => logStandardGamma(logs, shape));
    expect(Math.abs(a.mean - b.mean)).toBeLessThan(5 * Math.sqrt((2 * a.variance) / 20_000));
    expect(Math.abs(b.variance / a.variance - 1)).toBeLessThan(0.1);
  });

  it('stays finite where the number itself underflows', () => {
    const numbers = source('tiny');
    const logs = Array.from({ length: 200 }, () => logStandardGamma(numbers, 0.001));
    expect(logs.every(Number.isFinite)).toBe(true);
    expect(logs.some((value) => value < -745)).toBe(true);
  });
});

describe('polarSource and standardExponential', () => {
  it('have the moments of their distributions', () => {
    const numbers = source('normal');
    const normal = moments(() => numbers.normal());
    expect(Math.abs(normal.mean)).toBeLessThan(0.03);
    expect(Math.abs(normal.variance - 1)).toBeLessThan(0.04);
    const waiting = moments(() => standardExponential(numbers));
    expect(Math.abs(waiting.mean - 1)).toBeLessThan(0.03);
  });
});

describe('exponential', () => {
  it('is within one unit in the last place or two of Math.exp and 0 far below', () => {
    for (const x of [0, -1e-20, -0.5, -1, -10, -700]) {
      expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(1e-12);
    }
    expect(exponential(-Infinity)).toBe(0);
    expect(exponential(-1e300)).toBe(0);
  });
});
