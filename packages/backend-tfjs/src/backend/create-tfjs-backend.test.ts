import '@tensorflow/tfjs-backend-cpu';
import { findBackend } from '@tensorflow/tfjs-core';
import { createRng, trainStep, type Backend, type ModelSpec } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { multiply } from '../device/operations.ts';
import { webgpuMemory } from '../device/tensor-memory.ts';
import type { KernelOperations } from '../kernel-layers/kernel-operations.ts';
import { createBackend } from './create-backend.ts';
import { createTfjsBackend } from './create-tfjs-backend.ts';

// A device whose numbers are out of reach, as a GPU's, without a GPU.

const spec: ModelSpec = {
  name: 'mlp',
  input: [3],
  features: 4,
  classes: 2,
  encoder: [
    { kind: 'dense', name: 'base', inputs: 3, outputs: 4 },
    { kind: 'activation', function: 'tanh' },
  ],
  head: [{ kind: 'dense', name: 'head', inputs: 4, outputs: 2 }],
};
const rng = createRng(6);
const parameters = Float32Array.from({ length: 16 + 10 }, () => rng.normal());
const batch = {
  inputs: Float32Array.from({ length: 6 }, () => rng.normal()),
  labels: Int32Array.of(0, 1),
};

const operations = {
  biasGradient: (device, dy) => device.run('Sum', { x: dy }, { axis: [0], keepDims: false }),
  activationGradient(device, _kind, { dy, saved }) {
    const square = multiply(device, saved, saved);
    return device.run('Sub', { a: dy, b: multiply(device, dy, square) });
  },
} as Pick<KernelOperations, 'biasGradient' | 'activationGradient'> as KernelOperations;

async function openRemote(check: () => void = () => undefined): Promise<Backend> {
  await createBackend('cpu');
  const backend = findBackend('cpu');
  return createTfjsBackend({
    name: 'remote',
    tfjsName: 'cpu',
    backend,
    memory: webgpuMemory(backend, check),
    operations,
    description: 'cpu from afar',
  });
}

async function train(backend: Backend): Promise<Float32Array> {
  using learner = await backend.createLearner(spec, { parameters });
  for (let step = 0; step < 3; step++) {
    await trainStep(learner, batch, {
      terms: [{ kind: 'crossEntropy' }],
      optimiser: { kind: 'sgd', learningRate: 0.5, momentum: 0.9 },
    });
  }
  return learner.read('all');
}

describe('a backend that answers later', () => {
  it('trains as one that answers at once', async () => {
    using remote = await openRemote();
    using near = await createBackend('cpu');
    expect([remote.name, remote.description]).toEqual(['remote', 'cpu from afar']);
    const expected = await train(near);
    (await train(remote)).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 5));
    expect(remote.memory()).toEqual({ buffers: 0, bytes: 0 });
  });

  it('adds up the gradients of passes that are under way together', async () => {
    using remote = await openRemote();
    const learner = await remote.createLearner(spec, { parameters });
    const logits = Float32Array.of(1, 0, 0, -1);
    const passes = await Promise.all(
      [1, 2].map(() => learner.forward(batch.inputs, { mode: 'train', gradient: true })),
    );
    await passes[0].backward({ logits });
    const once = await learner.gradients();
    learner.clearGradients();
    await Promise.all(passes.map((pass) => pass.backward({ logits })));
    expect(await learner.gradients()).toEqual(once.map((g) => 2 * g));
  });

  it('gives the gradient by the inputs', async () => {
    using remote = await openRemote();
    using near = await createBackend('cpu');
    const gradients = await Promise.all(
      [remote, near].map(async (backend) => {
        const learner = await backend.createLearner(spec, { parameters });
        const pass = await learner.forward(batch.inputs, { mode: 'train', gradient: true });
        return pass.backward({ logits: Float32Array.of(1, 2, 3, 4) }, { inputs: true });
      }),
    );
    gradients[0]!.forEach((value, i) => expect(value).toBeCloseTo(gradients[1]![i], 5));
  });

  it('refuses the pass of a learner that was disposed in the meantime, and frees it', async () => {
    using remote = await openRemote();
    const learner = await remote.createLearner(spec, { parameters });
    const pass = learner.forward(batch.inputs, { mode: 'train', gradient: true });
    learner[Symbol.dispose]();
    await expect(pass).rejects.toMatchObject({ code: 'disposed' });
    expect(remote.memory()).toEqual({ buffers: 0, bytes: 0 });
  });

  it('passes on what has gone wrong on the device', async () => {
    using remote = await openRemote(() => {
      throw new Error('device lost');
    });
    const learner = await remote.createLearner(spec, { parameters });
    await expect(learner.forward(batch.inputs, { mode: 'train', gradient: true })).rejects.toThrow('lost');
    learner[Symbol.dispose]();
    expect(remote.memory()).toEqual({ buffers: 0, bytes: 0 });
  });

  it('says which layers it cannot run', async () => {
    await createBackend('cpu');
    const backend = findBackend('cpu');
    using remote = await createTfjsBackend({
      name: 'remote',
      tfjsName: 'cpu',
      backend,
      memory: webgpuMemory(backend, () => undefined),
      description: 'without kernels for layers',
    });
    const learner = await remote.createLearner(spec, { parameters });
    const pass = await learner.forward(batch.inputs, { mode: 'train', gradient: true });
    expect(() => pass.backward({ logits: new Float32Array(4) })).toThrow(
      expect.objectContaining({ code: 'unsupported-layer', message: expect.stringContaining("'remote'") }),
    );
  });
});
