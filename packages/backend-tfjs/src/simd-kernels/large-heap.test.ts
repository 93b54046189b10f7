import { freemem } from 'node:os';
import { createRng } from '@protonorm/tensor';
import { instantiateKernels } from '@protonorm/wasm-kernels';
import { expect, it } from 'vitest';
import { startWasm } from '../backend/start-wasm.ts';
import type { Tensor } from '../device/device.ts';
import { wasmMemory } from '../device/tensor-memory.ts';
import { heapMemory } from './heap-memory.ts';
import { bindKernel } from './simd-kernel.ts';
import { simdBodies } from './simd-kernels.ts';
import { SimdMemory } from './simd-memory.ts';

// The heap of tfjs grows up to 4 GiB: addresses in its upper half are negative as signed integers.

const gibibyte = 2 ** 30;
const needed = 4 * gibibyte;

it.skipIf(freemem() < needed)(
  'computes in the upper half of the heap as in the lower one (skipped below 4 GiB of free memory)',
  async () => {
    const backend = await startWasm();
    const views = wasmMemory(backend);
    const build = await instantiateKernels(heapMemory(backend), 'simd');
    const rng = createRng(8);
    const draw = (count: number): Float32Array => Float32Array.from({ length: count }, () => rng.normal());
    const numbers = {
      x: draw(3 * 8 * 8 * 8),
      filter: draw(9 * 8 * 16),
      dy: draw(3 * 8 * 8 * 16),
      b: draw(64 * 20),
    };
    const attrs = { strides: 1, pad: 'same', dataFormat: 'NHWC' };
    const made: Tensor[] = [];
    // With a scratch of its own; what it makes is kept, so that the next run finds no hole in the lower half.
    const run = () => {
      const memory = new SimdMemory(backend, build);
      const call = (name: string, inputs: Record<string, Tensor>, attrs: object = {}): Tensor => {
        const output = bindKernel(
          simdBodies[name],
          memory,
          undefined,
        )({ inputs, attrs: { ...attrs }, backend });
        made.push(output as Tensor);
        return output as Tensor;
      };
      const upload = (values: Float32Array, shape: number[]): Tensor => {
        const tensor = views.allocate(shape);
        made.push(tensor);
        views.view(tensor).set(values);
        return tensor;
      };
      const x = upload(numbers.x, [3, 8, 8, 8]);
      const filter = upload(numbers.filter, [3, 3, 8, 16]);
      const dy = upload(numbers.dy, [3, 8, 8, 16]);
      const outputs = [
        call('Conv2D', { x, filter }, attrs),
        call('Conv2DBackpropFilter', { x, dy }, { ...attrs, filterShape: filter.shape }),
        call('Conv2DBackpropInput', { dy, filter }, { ...attrs, inputShape: x.shape }),
        call('BatchMatMul', { a: { ...x, shape: [24, 64] }, b: upload(numbers.b, [64, 20]) }),
        call('Sum', { x: dy }, { axis: [0, 1, 2], keepDims: false }),
      ];
      return {
        addresses: outputs.map((tensor) => memory.address(tensor)),
        values: outputs.map((tensor) => [...views.view(tensor)]),
      };
    };
    const low = run();
    // Large pieces up to the upper half, then smaller ones into the holes that are left below.
    for (const count of [gibibyte / 16, 2 ** 14, 2 ** 10, 2 ** 6, 2 ** 4]) {
      let address = 0;
      while (address < 2 * gibibyte) {
        const filler = views.allocate([count]);
        address = backend.dataIdMap.get(filler.dataId).memoryOffset >>> 0;
        made.push(filler);
      }
    }
    const high = run();
    expect(Math.max(...low.addresses)).toBeLessThan(2 * gibibyte);
    expect(Math.min(...high.addresses)).toBeGreaterThan(2 * gibibyte);
    expect(high.values).toEqual(low.values);
    for (const { dataId } of made) backend.disposeData(dataId);
  },
);
