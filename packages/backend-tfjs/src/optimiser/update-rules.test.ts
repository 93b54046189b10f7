import { expect, it } from 'vitest';
import { updateParameter, type OptimiserState } from './update-rules.ts';

function steps(
  optimiser: Parameters<typeof updateParameter>[2]['optimiser'],
  gradients: number[][],
): number[][] {
  const state: OptimiserState = {};
  const values = Float32Array.of(1, -2);
  return gradients.map((gradient) => {
    updateParameter(values, Float32Array.from(gradient), { optimiser, state });
    return [...values];
  });
}

const close = (actual: number[][], expected: number[][]): void =>
  actual.flat().forEach((value, i) => expect(value).toBeCloseTo(expected.flat()[i], 6));

// Expected numbers from torch.optim, worked out by hand from its documented rules.

it('SGD', () => {
  close(steps({ kind: 'sgd', learningRate: 0.1 }, [[1, 2]]), [[0.9, -2.2]]);
  close(steps({ kind: 'sgd', learningRate: 0.1, weightDecay: 0.5 }, [[1, 2]]), [[0.85, -2.1]]);
});

it('SGD with momentum starts with v = g', () => {
  const momentum = { kind: 'sgd', learningRate: 0.1, momentum: 0.9 } as const;
  // v = 1, then 0.9 + 1 = 1.9.
  close(
    steps(momentum, [
      [1, 0],
      [1, 0],
    ]),
    [
      [0.9, -2],
      [0.71, -2],
    ],
  );
});

it('Adam moves by the rate at first, whatever the size of the gradient', () => {
  const adam = { kind: 'adam', learningRate: 0.01 } as const;
  close(steps(adam, [[1000, -1e-3]]), [[0.99, -1.99]]);
  // Second step, gradients 1 and 3: m = 0.39 / 0.19, v = 0.009999 / 0.001999.
  const second = 1 - 0.01 - (0.01 * (0.39 / 0.19)) / (Math.sqrt(0.009999 / 0.001999) + 1e-8);
  close(
    steps(adam, [
      [1, 0],
      [3, 0],
    ]),
    [
      [0.99, -2],
      [second, -2],
    ],
  );
});

it('Adam without epsilon leaves a parameter without gradient where it is', () => {
  expect(steps({ kind: 'adam', learningRate: 0.1, epsilon: 0 }, [[0, 0]])).toEqual([[1, -2]]);
});
