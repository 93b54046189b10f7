import { describe, expect, test } from 'vitest';
import { instantiateKernels } from '../instantiate-kernels.ts';
import { curves } from './checks/activation-curves.test-support.ts';

const COUNT = 65_536;
const [silu, tanh, sigmoid] = [3, 4, 5];

const memory = new WebAssembly.Memory({ initial: 16 });
const { kernels } = await instantiateKernels(memory, 'simd');
const x = new Float32Array(memory.buffer, 0, COUNT);
const y = new Float32Array(memory.buffer, 4 * COUNT, COUNT);

/** Applies an activation to up to COUNT numbers. */
function activate(values: ArrayLike<number>, activation: number): Float32Array {
  x.set(values);
  const n = values.length;
  kernels.activate(0, n, n, n, 4 * COUNT, n, n, n, 1, 1, 1, n, activation);
  return y.subarray(0, n);
}

describe.for([
  ['silu', silu],
  ['tanh', tanh],
  ['sigmoid', sigmoid],
] as const)('%s', ([, activation]) => {
  test.for([1e-30, 1e-3, 0.7, 5, 20, 86])('relative error on -%d..%d', (range) => {
    const values = Float32Array.from({ length: COUNT }, (_, i) => (2 * i + 1) * (range / COUNT) - range);
    let worst = 0;
    activate(values, activation).forEach((value, i) => {
      const expected = curves[activation].value(values[i]);
      worst = Math.max(worst, Math.abs(value - expected) / Math.abs(expected));
    });
    expect(worst).toBeLessThan(3e-7);
  });
});

test('far out the activations are what they tend to, and NaN stays', () => {
  const far = [-Infinity, -1e30, -100, 100, 1e30, Infinity, NaN, 0];
  expect(Array.from(activate(far, sigmoid))).toEqual([0, 0, 0, 1, 1, 1, NaN, 0.5]);
  expect(Array.from(activate(far, tanh))).toEqual([-1, -1, -1, 1, 1, 1, NaN, 0]);
  const expected = [0, 0, 0, 100, Math.fround(1e30), Infinity, NaN, 0];
  expect(Array.from(activate(far, silu))).toEqual(expected);
});
