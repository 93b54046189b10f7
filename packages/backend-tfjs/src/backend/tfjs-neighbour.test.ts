import * as tf from '@tensorflow/tfjs-core';
import { createRng, trainStep, type Backend, type ModelSpec } from '@protonorm/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { createBackend } from './create-backend.ts';

// Learners beside an application that uses tfjs for itself, and beside each other.

const spec: ModelSpec = {
  name: 'net',
  input: [5, 5, 1],
  features: 9,
  classes: 2,
  encoder: [
    { kind: 'conv2d', name: 'conv', inputs: 1, outputs: 1, kernel: [3, 3] },
    { kind: 'activation', function: 'tanh' },
    { kind: 'flatten' },
  ],
  head: [{ kind: 'dense', name: 'head', inputs: 9, outputs: 2 }],
};
const rng = createRng(4);
const parameters = Float32Array.from({ length: 30 }, () => rng.normal());
const batch = {
  inputs: Float32Array.from({ length: 50 }, () => rng.normal()),
  labels: Int32Array.of(0, 1),
};

async function losses(
  backends: readonly Backend[],
  between: () => Promise<void> | void,
): Promise<number[][]> {
  const learners = await Promise.all(backends.map((backend) => backend.createLearner(spec, { parameters })));
  const result: number[][] = [];
  for (let i = 0; i < 4; i++) {
    const row: number[] = [];
    for (const learner of learners) {
      await between();
      const report = await trainStep(learner, batch, {
        terms: [{ kind: 'crossEntropy' }],
        optimiser: { kind: 'sgd', learningRate: 0.1 },
      });
      row.push(report.loss);
    }
    result.push(row);
  }
  for (const learner of learners) learner[Symbol.dispose]();
  return result;
}

describe('beside tfjs', () => {
  let backends: Backend[];
  let alone: number[][];
  beforeAll(async () => {
    backends = [await createBackend('wasm'), await createBackend('cpu')];
    alone = await losses(backends, () => undefined);
  });

  it('cpu and wasm take turns and agree', () => {
    for (const [wasm, cpu] of alone) expect(Math.abs(wasm - cpu)).toBeLessThan(1e-6);
    expect(alone[3][0]).toBeLessThan(alone[0][0]);
  });

  it('an application that has chosen no backend gets the instance that is there', async () => {
    expect(tf.engine().backendName).toBeUndefined();
    await tf.ready();
    expect(tf.getBackend()).toBe('wasm');
    expect(tf.matMul([[1, 2]], [[3], [4]]).dataSync()[0]).toBe(11);
    expect(await losses(backends, () => undefined)).toEqual(alone);
  });

  it('neither sees the other, whichever backend tfjs is at', async () => {
    const names = ['cpu', 'wasm', 'wasm', 'cpu'];
    let turn = 0;
    const { numTensors } = tf.memory();
    const mixed = await losses(backends, async () => {
      const name = names[turn++ % names.length];
      await tf.setBackend(name);
      expect(tf.tidy(() => tf.add([1, 2], [3, 4]).arraySync())).toEqual([4, 6]);
      expect(tf.getBackend()).toBe(name);
    });
    expect(mixed).toEqual(alone);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
