import { createRng } from '@protonorm/tensor';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Device } from '../device/device.ts';
import { elements } from '../device/tensor-memory.ts';

/** A kernel's inputs by their shapes, and its attributes. */
export interface KernelCase {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly attrs: object;
}

/** Two devices; the buffers of the second are counted. */
export interface Contest {
  readonly expected: Device;
  readonly actual: Device;
  readonly buffers: () => number;
}

/** Runs a kernel on random numbers on both devices: the largest difference relative to the largest number, and no leak. */
export function compareKernel(
  { expected: plain, actual: fast, buffers }: Contest,
  kernel: string,
  { shapes, attrs }: KernelCase,
  { seed, relative }: { readonly seed: number; readonly relative: number },
): void {
  const rng = createRng(seed);
  const numbers = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      Float32Array.from({ length: elements(shape) }, () => rng.normal()),
    ]),
  );
  const before = buffers();
  const [expected, actual] = [plain, fast].map((device) => {
    let results: Float32Array[] = [];
    device.tidy(
      () => {
        const inputs = Object.fromEntries(
          Object.entries(shapes).map(([name, shape]) => [name, device.upload(numbers[name], shape)]),
        );
        if (kernel === 'MaxPoolGrad') inputs.output = device.run('MaxPool', { x: inputs.input }, attrs);
        results = device.runAll(kernel, inputs, attrs).map((tensor) => device.read(tensor));
      },
      () => [],
    );
    return results;
  });
  expect(buffers(), 'buffers').toBe(before);
  expect(actual.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  expected.forEach((values, output) => {
    const size = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
    const worst = values.reduce((most, value, i) => Math.max(most, Math.abs(value - actual[output][i])), 0);
    expect(worst / size, kernel).toBeLessThanOrEqual(relative);
  });
}

/** Sizes of random convolutions and poolings. */
export interface WindowSizes {
  readonly image: number;
  readonly kernel: number;
  readonly channels: number;
  readonly dilation: number;
}

/** Random convolutions and poolings, with the shape of their outputs. */
export const windows = (sizes: WindowSizes) =>
  fc
    .record({
      batch: fc.integer({ min: 1, max: 3 }),
      height: fc.integer({ min: 3, max: sizes.image }),
      width: fc.integer({ min: 3, max: sizes.image }),
      kernel: fc.tuple(fc.integer({ min: 1, max: sizes.kernel }), fc.integer({ min: 1, max: sizes.kernel })),
      stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      pad: fc.oneof(
        fc.constantFrom('same', 'valid'),
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }),
      ),
      dilation: fc.tuple(
        fc.integer({ min: 1, max: sizes.dilation }),
        fc.integer({ min: 1, max: sizes.dilation }),
      ),
      inputs: fc.integer({ min: 1, max: sizes.channels }),
      outputs: fc.integer({ min: 1, max: sizes.channels }),
      seed: fc.nat(),
    })
    .map(({ pad, ...rest }) => {
      const { height, width, stride } = rest;
      const kernel = rest.kernel.map((size, axis) => (size - 1) * rest.dilation[axis] + 1);
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
