import { createModel, initialParameters } from '@protonorm/models';
import { createRng, trainStep } from '@protonorm/tensor';
import { instantiateKernels } from '@protonorm/wasm-kernels';
import { describe, expect, it } from 'vitest';
import { WasmBackend } from '../backend/wasm-backend.ts';
import { Heap } from '../memory/heap.ts';

const spec = createModel('digits-cnn', { input: [8, 8, 1], classes: 10, features: 32 });
const parameters = initialParameters(spec, createRng(1));
const batch = {
  inputs: Float32Array.from({ length: 4 * 64 }, (_, i) => Math.sin(i * i)),
  labels: Int32Array.of(0, 3, 5, 9),
};
const options = {
  terms: [{ kind: 'crossEntropy' }],
  optimiser: { kind: 'sgd', learningRate: 0.01, momentum: 0.5 },
} as const;

async function backendOn(heap: Heap): Promise<WasmBackend> {
  return new WasmBackend(heap, await instantiateKernels(heap.memory, 'simd'));
}

async function trained(backend: WasmBackend, steps: number): Promise<Float32Array> {
  using learner = await backend.createLearner(spec, { parameters });
  for (let i = 0; i < steps; i++) await trainStep(learner, batch, options);
  return learner.read('all');
}

describe('a long run', () => {
  it('of 10,000 steps and evaluations takes no more memory than the first', async () => {
    const heap = new Heap(2 ** 30);
    using backend = await backendOn(heap);
    using learner = await backend.createLearner(spec, { parameters });
    const step = async (): Promise<void> => {
      await trainStep(learner, batch, options);
      using pass = await learner.forward(batch.inputs, { mode: 'eval' });
      expect(pass.size).toBe(4);
    };
    await step();
    const memory = { ...backend.memory(), grown: heap.memory.buffer.byteLength };
    for (let i = 0; i < 10_000; i++) await step();
    expect({ ...backend.memory(), grown: heap.memory.buffer.byteLength }).toEqual(memory);
  });

  it('of many learners, one after the other, neither', async () => {
    const heap = new Heap(2 ** 30);
    using backend = await backendOn(heap);
    await trained(backend, 1);
    const grown = heap.memory.buffer.byteLength;
    for (let i = 0; i < 200; i++) await trained(backend, 1);
    expect(heap.memory.buffer.byteLength).toBe(grown);
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0 });
  });
});

describe('memory above 2 GiB', () => {
  it('gives the same bits as below', async () => {
    using low = await backendOn(new Heap(2 ** 28));
    const heap = new Heap(2 ** 32);
    // Only reserved: pages that nobody touches take no room on the machine.
    const below = heap.allocate(2 ** 31 + 2 ** 20, 'The first half');
    using high = await backendOn(heap);
    expect(await trained(high, 5)).toEqual(await trained(low, 5));
    expect(heap.memory.buffer.byteLength).toBeGreaterThan(2 ** 31);
    below.free();
  });

  it('is refused beyond the limit with what was asked for, and the learner goes on', async () => {
    using backend = await backendOn(new Heap(2 ** 23));
    using learner = await backend.createLearner(spec, { parameters });
    const many = new Float32Array(20_000 * 64);
    await expect(async () => learner.forward(many, { mode: 'train', gradient: true })).rejects.toMatchObject({
      code: 'out-of-memory',
      message: expect.stringContaining('20000 samples'),
    });
    await trainStep(learner, batch, options);
    expect((await learner.read('all')).every(Number.isFinite)).toBe(true);
  });
});
