import { createModel, initialParameters } from '@protonorm/models';
import { createRng, trainStep } from '@protonorm/tensor';
import { testBackend } from '@protonorm/tensor/testkit';
import { instantiateKernels, type Kernels } from '@protonorm/wasm-kernels';
import { describe, expect, it } from 'vitest';
import { createBackend } from '../backend/create-backend.ts';
import { WasmBackend } from '../backend/wasm-backend.ts';
import { Heap } from '../memory/heap.ts';

describe('the conformance suite with guards', () => {
  testBackend({
    create: () => createBackend({ build: 'simd', guard: true }),
    runner: { describe, it },
    only: ['forward/*', 'gradient/*', 'pass/*', 'dropout/*'],
  });
});

describe('guard bands', () => {
  const step = async (backend: WasmBackend, name: string): Promise<void> => {
    const spec = createModel(name, { input: [32, 32, 3], classes: 10 });
    const rng = createRng(1);
    using learner = await backend.createLearner(spec, { parameters: initialParameters(spec, rng) });
    const inputs = Float32Array.from({ length: 2 * 3072 }, () => rng.normal());
    await trainStep(
      learner,
      { inputs, labels: Int32Array.of(1, 2) },
      { terms: [{ kind: 'crossEntropy' }], optimiser: { kind: 'sgd', learningRate: 0.01 }, rng },
    );
    await learner.forward(inputs, { mode: 'eval' });
  };
  const guarded = async (
    change: (kernels: Kernels) => Partial<Kernels> = () => ({}),
  ): Promise<WasmBackend> => {
    const heap = new Heap(2 ** 31);
    const { kernels, build } = await instantiateKernels(heap.memory, 'simd');
    const changed = change(kernels);
    // The exports of a module cannot be spread: they are taken one by one.
    const all = Object.fromEntries(
      Object.entries(kernels).map(([name, kernel]) => [name, changed[name as keyof Kernels] ?? kernel]),
    ) as unknown as Kernels;
    return new WasmBackend(heap, { kernels: all, build }, { guard: true });
  };

  it.each(['cnn', 'resnet8', 'mobilenet_v2', 'shufflenet_v2_x1_0', 'efficientnet_b0', 'resnet18'])(
    'nothing of %s writes outside of its memory',
    async (name) => {
      using backend = await guarded();
      await expect(step(backend, name)).resolves.toBeUndefined();
    },
  );

  it('find a product with a column too many, and name the layer', async () => {
    using backend = await guarded((kernels) => ({
      gemm: (...given) => {
        kernels.gemm(...given);
        const [c, image, row, pixel, columns] = given.slice(14, 19);
        const end =
          c + 4 * ((given[4] - 1) * image + (given[5] - 1) * row + (given[6] - 1) * pixel + columns);
        kernels.fillImages(end, 0, 0, 0, 1, 1, 1, 20, 7);
      },
    }));
    await expect(step(backend, 'cnn')).rejects.toThrow(/'conv2d base\.conv1\.0 forward' wrote outside/);
  });

  it('find a write before the beginning', async () => {
    using backend = await guarded((kernels) => ({
      maxPool: (...given) => {
        kernels.maxPool(...given);
        kernels.fillImages(given[4] - 4, 0, 0, 0, 1, 1, 1, 1, 7);
      },
    }));
    await expect(step(backend, 'cnn')).rejects.toThrow(/'maxPool2d forward' wrote outside/);
  });
});
