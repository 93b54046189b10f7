import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { tfjsInstance } from '../backend/tfjs-instance.ts';
import { createBackend } from '../backend/create-backend.ts';
import { Device } from '../device/device.ts';
import { cpuMemory, elements, wasmMemory } from '../device/tensor-memory.ts';
import { compareKernel, windows, type KernelCase } from './kernel-comparison.test-support.ts';
import { trainingKernels } from './training-kernels.ts';

// Every kernel against tfjs's own one on 'cpu', on random geometries; each result also has to leave no buffer behind.

const relative = 2e-6;
let cpu: Device;
let wasm: Device;
let wasmBuffers: () => number;

beforeAll(async () => {
  await createBackend('cpu');
  await createBackend('wasm');
  const [plain, fast] = [await tfjsInstance('cpu'), await tfjsInstance('wasm')];
  cpu = new Device({ name: 'cpu', backend: plain, memory: cpuMemory(plain) });
  wasm = new Device({ name: 'wasm', backend: fast, memory: wasmMemory(fast), kernels: trainingKernels });
  wasmBuffers = () => fast.numDataIds();
});

const compare = (kernel: string, shapesAndAttributes: KernelCase, seed: number): void =>
  compareKernel({ expected: cpu, actual: wasm, buffers: wasmBuffers }, kernel, shapesAndAttributes, {
    seed,
    relative,
  });

const geometry = windows({ image: 9, kernel: 4, channels: 5, dilation: 1 });

const runs = { numRuns: 60, seed: 7 };

describe('the training kernels of wasm against cpu', () => {
  it('Conv2DBackpropFilter and Conv2DBackpropInput', () => {
    fc.assert(
      fc.property(geometry, ({ batch, height, width, kernel, stride, pad, out, inputs, outputs, seed }) => {
        const attrs = { strides: stride, pad, dataFormat: 'NHWC' };
        const x = [batch, height, width, inputs];
        const dy = [batch, ...out, outputs];
        const filter = [...kernel, inputs, outputs];
        compare(
          'Conv2DBackpropFilter',
          { shapes: { x, dy }, attrs: { ...attrs, filterShape: filter } },
          seed,
        );
        compare('Conv2DBackpropInput', { shapes: { dy, filter }, attrs: { ...attrs, inputShape: x } }, seed);
      }),
      runs,
    );
  });

  it('DepthwiseConv2dNativeBackpropFilter and ...Input, also with a multiplier', () => {
    fc.assert(
      fc.property(geometry, ({ batch, height, width, kernel, stride, pad, out, inputs, outputs, seed }) => {
        const multiplier = 1 + (outputs % 3);
        const attrs = { strides: stride, dilations: [1, 1], pad };
        const x = [batch, height, width, inputs];
        const dy = [batch, ...out, inputs * multiplier];
        const filter = [...kernel, inputs, multiplier];
        const name = 'DepthwiseConv2dNativeBackprop';
        compare(`${name}Filter`, { shapes: { x, dy }, attrs: { ...attrs, filterShape: filter } }, seed);
        compare(`${name}Input`, { shapes: { dy, filter }, attrs: { ...attrs, inputShape: x } }, seed);
      }),
      runs,
    );
  });

  it('MaxPoolGrad', () => {
    fc.assert(
      fc.property(geometry, ({ batch, height, width, kernel, stride, pad, padded, out, inputs, seed }) => {
        // tfjs's own pooling takes no explicit padding on wasm; a window larger than the image pools nothing new.
        fc.pre(typeof pad === 'string' && (pad === 'same' || !padded));
        const attrs = { filterSize: kernel, strides: stride, pad };
        const input = [batch, height, width, inputs];
        compare('MaxPoolGrad', { shapes: { dy: [batch, ...out, inputs], input }, attrs }, seed);
      }),
      runs,
    );
  });

  it.each([{ dataFormat: 'NCHW' }, { dilations: [2, 2] }])(
    'refuses %o, which it does not compute',
    (given) => {
      const shapes = { x: [1, 2, 4, 4], dy: [1, 2, 3, 3] };
      const attrs = { strides: 1, pad: 'valid', filterShape: [2, 2, 2, 2], ...given };
      expect(() =>
        wasm.tidy(
          () => {
            const inputs = Object.fromEntries(
              Object.entries(shapes).map(([name, shape]) => [
                name,
                wasm.upload(new Float32Array(elements(shape)), shape),
              ]),
            );
            wasm.run('Conv2DBackpropFilter', inputs, attrs);
          },
          () => [],
        ),
      ).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
      expect(wasm.memory()).toEqual({ buffers: 0, bytes: 0 });
    },
  );
});
