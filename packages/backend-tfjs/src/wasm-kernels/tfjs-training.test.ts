import '@tensorflow/tfjs-backend-cpu';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { createRng } from '@protonorm/tensor';
import { kernelBuilds } from '@protonorm/wasm-kernels';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { registerGradients } from '../gradients/register-gradients.ts';
import { loadBatchNormTraining, type BatchNormTraining } from './load-batch-norm-training.ts';
import { registerTrainingKernels } from './register-training-kernels.ts';

// Applications' own models in tfjs operations, trained by tfjs's optimisers.

const warnings = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
let batchNorm: BatchNormTraining;
beforeAll(async () => {
  await registerGradients();
  await registerTrainingKernels();
  batchNorm = await loadBatchNormTraining();
});
afterAll(() => warnings.mockRestore());

const shapes = {
  first: [3, 3, 2, 8],
  residual: [3, 3, 8, 8],
  depthwise: [3, 3, 8, 1],
  multiplied: [3, 3, 8, 2],
  pointwise: [1, 1, 16, 6],
  dense: [54, 20],
  bias: [20],
  head: [20, 3],
  scale: [8],
  offset: [8],
} as const;
type Weights = Readonly<Record<keyof typeof shapes, tf.Variable>>;

const normals = (shape: readonly number[], seed: number): tf.Tensor => {
  const rng = createRng(seed);
  return tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng.normal()),
    [...shape],
  );
};

/** A model with most of what convolutional nets are made of, its loss and its numbers. */
function model() {
  const weights = Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [
      name,
      tf.tidy(() => tf.variable(tf.mul(normals(shape, i), 0.3), true, `${name} ${counter++}`)),
    ]),
  ) as Weights;
  const x = normals([4, 12, 12, 2], 99) as tf.Tensor4D;
  const y = tf.tidy(() => tf.oneHot(tf.tensor1d([0, 1, 2, 1], 'int32'), 3));
  const filter = (name: keyof typeof shapes) => weights[name] as unknown as tf.Tensor4D;
  const loss = (): tf.Scalar => {
    const first = tf.fused.conv2d({
      x,
      filter: filter('first'),
      strides: 1,
      pad: 'same',
      activation: 'linear',
    });
    const scale = weights.scale as unknown as tf.Tensor1D;
    const offset = weights.offset as unknown as tf.Tensor1D;
    const a = tf.relu6(batchNorm(first, { scale, offset }).output);
    const b = tf.relu(tf.add(a, tf.conv2d(a, filter('residual'), 1, 'same'))) as tf.Tensor4D;
    const c = tf.depthwiseConv2d(b, filter('depthwise'), 2, 'same');
    const d = tf.depthwiseConv2d(c, filter('multiplied'), 1, 'same');
    const e = tf.conv2d(d, filter('pointwise'), 1, 'valid') as tf.Tensor4D;
    const f = tf.reshape(tf.maxPool(e, 2, 2, 'same'), [4, 54]) as tf.Tensor2D;
    const g = tf.relu(tf.add(tf.matMul(f, weights.dense as unknown as tf.Tensor2D), weights.bias));
    return tf.losses.softmaxCrossEntropy(y, tf.matMul(g, weights.head)) as tf.Scalar;
  };
  return { weights, loss, dispose: () => tf.dispose([x, y, ...Object.values(weights)]) };
}
let counter = 0;

async function gradients(
  backend: string,
): Promise<{ readonly loss: number; readonly byName: Float32Array[] }> {
  await tf.setBackend(backend);
  const { weights, loss, dispose } = model();
  const { value, grads } = tf.variableGrads(loss, Object.values(weights));
  const byName = Object.values(weights).map(({ name }) => grads[name].dataSync() as Float32Array);
  const result = { loss: value.dataSync()[0], byName };
  tf.dispose([value, ...Object.values(grads)]);
  dispose();
  return result;
}

describe.each([...kernelBuilds, 'auto'] as const)('the training kernels of the build %s', (build) => {
  beforeAll(async () => {
    await registerTrainingKernels({ build });
  });

  it('give all gradients of a model as cpu', async () => {
    const [cpu, wasm] = [await gradients('cpu'), await gradients('wasm')];
    expect(Math.abs(wasm.loss - cpu.loss)).toBeLessThan(1e-5);
    cpu.byName.forEach((expected, i) => {
      const size = Math.hypot(...expected);
      const distance = Math.hypot(...expected.map((value, j) => value - wasm.byName[i][j]));
      expect(distance / size, Object.keys(shapes)[i]).toBeLessThan(2e-5);
    });
  });

  it.each(['sgd', 'adam'] as const)('train by tf.train.%s as on cpu', async (name) => {
    const runs = [];
    for (const backend of ['cpu', 'wasm']) {
      await tf.setBackend(backend);
      const { loss, dispose } = model();
      const optimizer = name === 'sgd' ? tf.train.sgd(0.05) : tf.train.adam(0.005);
      const losses: number[] = [];
      for (let step = 0; step < 6; step++) {
        const value = optimizer.minimize(loss, true)!;
        losses.push(value.dataSync()[0]);
        value.dispose();
      }
      optimizer.dispose();
      dispose();
      runs.push(losses);
    }
    const [cpu, wasm] = runs;
    expect(wasm.at(-1)).toBeLessThan(wasm[0]);
    wasm.forEach((loss, i) => expect(Math.abs(loss - cpu[i])).toBeLessThan(1e-3));
  });

  it('leak nothing over 200 steps: tensors, buffers and heap stay', async () => {
    await tf.setBackend('wasm');
    const backend = tf.backend() as BackendWasm;
    const { loss, dispose } = model();
    const optimizer = tf.train.sgd(0.01);
    const memory = () => {
      const { numTensors, numBytes, numDataBuffers } = tf.memory();
      const heap = (backend.wasm as unknown as { HEAPU8: Uint8Array }).HEAPU8.length;
      return { numTensors, numBytes, numDataBuffers, ids: backend.numDataIds(), heap };
    };
    let before: ReturnType<typeof memory> | undefined;
    for (let step = 0; step < 200; step++) {
      optimizer.minimize(loss);
      if (step === 3) before = memory();
    }
    expect(memory()).toEqual(before);
    optimizer.dispose();
    dispose();
  });
});

it('batchNormTraining gives moments that live in the scope of the caller, and refuses other shapes', async () => {
  await tf.setBackend('wasm');
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const x = tf.tensor2d([
      [1, 10],
      [3, 30],
    ]);
    const scale = tf.ones([2]) as tf.Tensor1D;
    const { mean, variance } = batchNorm(x, { scale, offset: scale });
    expect([...mean.dataSync(), ...variance.dataSync()]).toEqual([2, 20, 1, 100]);
    expect(() => batchNorm(x, { scale, offset: tf.ones([3]) as tf.Tensor1D })).toThrow(
      expect.objectContaining({ code: 'shape-mismatch' }),
    );
  });
  expect(tf.memory().numTensors).toBe(before);
});

describe('registerTrainingKernels', () => {
  it('registers once, without a word', async () => {
    const names = await registerTrainingKernels();
    const kernels = names.map((name) => tf.getKernel(name, 'wasm').kernelFunc);
    warnings.mockClear();
    expect(await registerTrainingKernels()).toEqual(names);
    expect(names.map((name) => tf.getKernel(name, 'wasm').kernelFunc)).toEqual(kernels);
    expect(warnings).not.toHaveBeenCalled();
  });

  it('puts kernels on again that were taken off', async () => {
    const before = tf.getKernel('Conv2D', 'wasm').kernelFunc;
    tf.unregisterKernel('Conv2D', 'wasm');
    await registerTrainingKernels();
    expect(tf.getKernel('Conv2D', 'wasm').kernelFunc).toBe(before);
  });

  it('refuses an unknown build', async () => {
    await expect(registerTrainingKernels({ build: 'fast' as 'simd' })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });

  it('leaves to tfjs what the kernels do not compute', async () => {
    await tf.setBackend('wasm');
    tf.tidy(() => {
      const sums = tf.sum(tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32'), 0);
      expect(sums.dtype).toBe('int32');
      expect([...sums.dataSync()]).toEqual([4, 6]);
      const x = tf.ones([1, 5, 5, 2]) as tf.Tensor4D;
      const dilated = tf.depthwiseConv2d(x, tf.ones([2, 2, 2, 1]) as tf.Tensor4D, 1, 'valid', 'NHWC', 2);
      expect(dilated.shape).toEqual([1, 3, 3, 2]);
      expect(dilated.dataSync()[0]).toBe(4);
      const product = tf.matMul(tf.ones([0, 3]), tf.ones([3, 2]));
      expect(product.shape).toEqual([0, 2]);
      expect(() =>
        tf.grad((v) =>
          tf.conv2d(v as tf.Tensor4D, tf.ones([2, 2, 2, 1]) as tf.Tensor4D, 1, 'valid', 'NHWC', 2),
        )(x),
      ).toThrow(/dilation/i);
    });
  });
});
