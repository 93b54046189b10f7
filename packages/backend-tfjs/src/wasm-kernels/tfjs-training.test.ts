import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { createRng } from '@protonorm/tensor';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { registerGradients } from '../gradients/register-gradients.ts';
import { registerTrainingKernels } from './register-training-kernels.ts';

// An application's own model in tfjs operations, trained by tfjs's optimiser.

const warnings = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
let names: readonly string[];
beforeAll(async () => {
  await registerGradients();
  names = await registerTrainingKernels();
});
afterAll(() => warnings.mockRestore());

function weights(): Record<string, tf.Variable> {
  const rng = createRng(5);
  const draw = (name: string, shape: number[]): [string, tf.Variable] => {
    const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0.3 * rng.normal());
    return [name, tf.variable(tf.tensor(values, shape))];
  };
  return Object.fromEntries([
    draw('first', [3, 3, 2, 4]),
    draw('depthwise', [3, 3, 4, 2]),
    draw('pointwise', [1, 1, 8, 6]),
    draw('dense', [6, 3]),
  ]);
}

async function train(backend: string): Promise<{ losses: number[]; leaked: number }> {
  await tf.setBackend(backend);
  const w = weights();
  const rng = createRng(6);
  const x = tf.tensor4d(
    Float32Array.from({ length: 4 * 9 * 9 * 2 }, () => rng.normal()),
    [4, 9, 9, 2],
  );
  const y = tf.oneHot(tf.tensor1d([0, 1, 2, 1], 'int32'), 3);
  const optimizer = tf.train.sgd(0.2);
  const loss = (): tf.Scalar => {
    const a = tf.relu(tf.conv2d(x, w.first as unknown as tf.Tensor4D, 2, 'same'));
    const b = tf.depthwiseConv2d(a as tf.Tensor4D, w.depthwise as unknown as tf.Tensor4D, 1, 'same');
    const c = tf.relu(tf.conv2d(b as tf.Tensor4D, w.pointwise as unknown as tf.Tensor4D, 1, 'valid'));
    const d = tf.mean(tf.maxPool(c as tf.Tensor4D, 2, 2, 'same'), [1, 2]);
    return tf.losses.softmaxCrossEntropy(y, tf.matMul(d, w.dense)) as tf.Scalar;
  };
  const losses: number[] = [];
  let tensors = 0;
  for (let step = 0; step < 6; step++) {
    const value = optimizer.minimize(loss, true)!;
    losses.push(value.dataSync()[0]);
    value.dispose();
    if (step === 0) tensors = tf.memory().numTensors;
  }
  const leaked = tf.memory().numTensors - tensors;
  tf.dispose([x, y, ...Object.values(w)]);
  return { losses, leaked };
}

it('trains a convolutional model of tfjs operations on wasm as on cpu', async () => {
  expect(names).toContain('Conv2DBackpropFilter');
  const [cpu, wasm] = [await train('cpu'), await train('wasm')];
  expect(wasm.leaked).toBe(0);
  expect(wasm.losses.at(-1)).toBeLessThan(wasm.losses[0]);
  wasm.losses.forEach((loss, i) => expect(Math.abs(loss - cpu.losses[i])).toBeLessThan(1e-5));
});

it('registers once, without a word', async () => {
  warnings.mockClear();
  expect(await registerTrainingKernels()).toEqual(names);
  expect(warnings).not.toHaveBeenCalled();
});
