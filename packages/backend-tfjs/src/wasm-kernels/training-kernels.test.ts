import { createRng } from '@protonorm/tensor';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { tfjsInstance } from '../backend/tfjs-instance.ts';
import { createBackend } from '../backend/create-backend.ts';
import { Device } from '../device/device.ts';
import { cpuMemory, elements, wasmMemory } from '../device/tensor-memory.ts';
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

type Shapes = Readonly<Record<string, readonly number[]>>;

function compare(kernel: string, { shapes, attrs }: { shapes: Shapes; attrs: object }, seed: number): void {
  const rng = createRng(seed);
  const numbers = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      Float32Array.from({ length: elements(shape) }, () => rng.normal()),
    ]),
  );
  const before = wasmBuffers();
  const [expected, actual] = [cpu, wasm].map((device) => {
    let result: Float32Array = new Float32Array();
    device.tidy(
      () => {
        const inputs = Object.fromEntries(
          Object.entries(shapes).map(([name, shape]) => [name, device.upload(numbers[name], shape)]),
        );
        if (kernel === 'MaxPoolGrad') inputs.output = device.run('MaxPool', { x: inputs.input }, attrs);
        result = device.read(device.run(kernel, inputs, attrs));
      },
      () => [],
    );
    return result;
  });
  expect(wasmBuffers(), 'buffers').toBe(before);
  expect(actual.length).toBe(expected.length);
  const size = Math.max(...expected.map(Math.abs), 1e-3);
  const worst = Math.max(...actual.map((value, i) => Math.abs(value - expected[i])));
  expect(worst / size, kernel).toBeLessThanOrEqual(relative);
}

const geometry = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 3, max: 9 }),
    width: fc.integer({ min: 3, max: 9 }),
    kernel: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    pad: fc.oneof(
      fc.constantFrom('same', 'valid'),
      fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }),
    ),
    inputs: fc.integer({ min: 1, max: 5 }),
    outputs: fc.integer({ min: 1, max: 5 }),
    seed: fc.nat(),
  })
  .map(({ pad, ...rest }) => {
    const { height, width, kernel, stride } = rest;
    const sides = (axis: number): [number, number] => {
      if (pad === 'valid') return [0, 0];
      const [size, k, s] = [[height, width][axis], kernel[axis], stride[axis]];
      if (pad === 'same') {
        const all = Math.max(0, (Math.ceil(size / s) - 1) * s + k - size);
        return [all >> 1, all - (all >> 1)];
      }
      return [Number(pad[2 * axis]), Number(pad[2 * axis + 1])];
    };
    const [y, x] = [sides(0), sides(1)];
    const out = [height + y[0] + y[1], width + x[0] + x[1]].map(
      (size, axis) => Math.floor((size - kernel[axis]) / stride[axis]) + 1,
    );
    const attribute = typeof pad === 'string' ? pad : [[0, 0], y, x, [0, 0]];
    return { ...rest, pad: attribute, padded: Math.max(...y, ...x) > 0, out };
  })
  .filter(({ out }) => Math.min(...out) >= 1);

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
