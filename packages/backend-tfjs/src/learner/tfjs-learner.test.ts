import {
  createRng,
  planModel,
  trainStep,
  type Backend,
  type Learner,
  type ModelSpec,
} from '@protonorm/tensor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backendNames } from '../backend/backend-name.ts';
import { createBackend } from '../backend/create-backend.ts';
import { tfjsInstance } from '../backend/tfjs-instance.ts';

const spec: ModelSpec = {
  name: 'net',
  input: [6, 6, 2],
  features: 8,
  classes: 3,
  encoder: [
    { kind: 'conv2d', name: 'conv', inputs: 2, outputs: 8, kernel: [3, 3], stride: [2, 2], padding: [1, 1] },
    { kind: 'batchNorm', name: 'bn', channels: 8 },
    { kind: 'activation', function: 'relu' },
    {
      kind: 'residual',
      body: [
        { kind: 'conv2d', name: 'a', inputs: 8, outputs: 8, kernel: [3, 3], padding: [1, 1], groups: 8 },
        { kind: 'conv2d', name: 'b', inputs: 8, outputs: 8, kernel: [1, 1], groups: 2 },
      ],
      shortcut: [],
    },
    { kind: 'maxPool2d', kernel: [3, 3], stride: [2, 2], padding: [1, 1] },
    { kind: 'globalAveragePool2d' },
    { kind: 'dropout', rate: 0.2 },
  ],
  head: [{ kind: 'dense', name: 'head', inputs: 8, outputs: 3 }],
};
const draw = (count: number, seed: number): Float32Array => {
  const rng = createRng(seed);
  return Float32Array.from({ length: count }, () => 0.5 * rng.normal());
};
const parameters = draw(planModel(spec).size.all, 1);
const batch = { inputs: draw(4 * 72, 2), labels: Int32Array.of(0, 1, 2, 1) };
const code = (name: string) => expect.objectContaining({ code: name });

describe.each(backendNames)('a learner on %s', (name) => {
  let backend: Backend;
  let learner: Learner;
  beforeEach(async () => {
    backend = await createBackend(name);
    learner = await backend.createLearner(spec, { parameters });
  });
  afterEach(() => {
    backend[Symbol.dispose]();
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0 });
  });

  const step = async (seed: number): Promise<number> => {
    const { loss } = await trainStep(learner, batch, {
      terms: [{ kind: 'crossEntropy' }],
      optimiser: { kind: 'sgd', learningRate: 0.05, momentum: 0.5 },
      rng: createRng(seed),
    });
    return loss;
  };

  it('holds the same memory after 200 steps as after 3', async () => {
    for (let i = 0; i < 3; i++) await step(i);
    const instance = await tfjsInstance(name);
    const before = [backend.memory(), instance.numDataIds()];
    for (let i = 3; i < 200; i++) await step(i);
    expect([backend.memory(), instance.numDataIds()]).toEqual(before);
  });

  it('frees what it made when a layer throws', async () => {
    const before = backend.memory();
    // Dropout, behind all other layers, has no Rng.
    expect(() => learner.forward(batch.inputs, { mode: 'train', gradient: true })).toThrow(
      code('invalid-argument'),
    );
    expect(backend.memory()).toEqual(before);
  });

  it('frees open passes with itself', async () => {
    const pass = await learner.forward(batch.inputs, { mode: 'eval', gradient: true });
    const { logits } = pass;
    learner[Symbol.dispose]();
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0 });
    expect(logits).toHaveLength(12);
    expect(() => pass.backward({ logits })).toThrow(code('disposed'));
    expect(() => learner.read('all')).toThrow(code('disposed'));
  });

  it('keeps less for a pass without gradients', async () => {
    const idle = backend.memory().bytes;
    using light = await learner.forward(batch.inputs, { mode: 'eval' });
    expect(backend.memory().bytes).toBe(idle);
    using full = await learner.forward(batch.inputs, { mode: 'eval', gradient: true });
    expect(backend.memory().bytes).toBeGreaterThan(idle);
    expect(full.logits).toEqual(light.logits);
  });

  it('refuses to go back when the parameters have moved', async () => {
    using pass = await learner.forward(batch.inputs, { mode: 'eval', gradient: true });
    await pass.backward({ logits: pass.logits });
    await learner.step({ optimiser: { kind: 'sgd', learningRate: 0.1 } });
    expect(() => pass.backward({ logits: pass.logits })).toThrow(code('invalid-argument'));
  });

  it('refuses a step with a gradient that is not finite, and stays as it was', async () => {
    using pass = await learner.forward(batch.inputs, { mode: 'eval', gradient: true });
    await pass.backward({ logits: pass.logits.map(() => Infinity) });
    expect(() => learner.step({ optimiser: { kind: 'sgd', learningRate: 0.1 } })).toThrow(code('diverged'));
    expect(await learner.read('all')).toEqual(parameters);
  });

  it('refuses a mode that does not exist', () => {
    expect(() => learner.forward(batch.inputs, { mode: 'test' as 'eval' })).toThrow(code('invalid-argument'));
  });

  it('gives the same bits in a second run', async () => {
    const run = async (): Promise<Float32Array> => {
      using again = await backend.createLearner(spec, { parameters });
      learner = again;
      for (let i = 0; i < 5; i++) await step(i);
      return again.read('all');
    };
    expect(await run()).toEqual(await run());
  });
});

it('does not let the heap of wasm grow: packed weights are freed with their tensors', async () => {
  using backend = await createBackend('wasm');
  const size = 700;
  const plan = planModel({
    name: 'wide',
    input: [size],
    features: size,
    classes: size,
    encoder: [{ kind: 'dense', name: 'base', inputs: size, outputs: size, bias: false }],
    head: [{ kind: 'dense', name: 'head', inputs: size, outputs: size }],
  });
  using learner = await backend.createLearner(plan.spec, { parameters: draw(plan.size.all, 3) });
  const { wasm } = (await tfjsInstance('wasm')) as unknown as { wasm: { HEAPU8: Uint8Array } };
  let settled = 0;
  // 4 MB of weights are packed in each step.
  for (let i = 0; i < 40; i++) {
    using pass = await learner.forward(draw(size, i), { mode: 'train', gradient: true });
    await pass.backward({ logits: new Float32Array(size).fill(1e-6) });
    await learner.step({ optimiser: { kind: 'sgd', learningRate: 0.1 } });
    if (i === 4) settled = wasm.HEAPU8.length;
  }
  expect(wasm.HEAPU8.length).toBe(settled);
});
