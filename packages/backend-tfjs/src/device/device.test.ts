import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createBackend } from '../backend/create-backend.ts';
import { tfjsInstance } from '../backend/tfjs-instance.ts';
import { Device, type Tensor } from './device.ts';
import { add, concatChannels, matMul, slice, transpose } from './operations.ts';
import { cpuMemory, wasmMemory } from './tensor-memory.ts';

describe.each(['cpu', 'wasm'] as const)('a device on %s', (name) => {
  let device: Device;
  beforeAll(async () => {
    await createBackend(name);
    const backend = await tfjsInstance(name);
    device = new Device({ name, backend, memory: { cpu: cpuMemory, wasm: wasmMemory }[name](backend) });
  });
  afterEach(() => expect(device.memory()).toEqual({ buffers: 0, bytes: 0 }));

  const upload = (values: number[], shape: number[]): Tensor =>
    device.upload(Float32Array.from(values), shape);
  const none = (): Tensor[] => [];
  const numbers = (tensor: Tensor): number[] => [...device.read(tensor)];

  it('runs the operations', () => {
    device.tidy(() => {
      const a = upload([1, 2, 3, 4, 5, 6], [2, 3]);
      const b = upload([1, 0, 0, 1, 1, 1], [3, 2]);
      expect(numbers(matMul(device, a, b))).toEqual([4, 5, 10, 11]);
      expect(numbers(add(device, b, upload([10, 20], [2])))).toEqual([11, 20, 10, 21, 11, 21]);
      expect(numbers(transpose(device, a, [1, 0]))).toEqual([1, 4, 2, 5, 3, 6]);
      expect(numbers(slice(device, a, [0, 1], [2, 2]))).toEqual([2, 3, 5, 6]);
      expect(numbers(concatChannels(device, [a, a]))).toEqual([1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]);
      expect(numbers(add(device, a, a))).toEqual([2, 4, 6, 8, 10, 12]);
    }, none);
  });

  it('copies what is uploaded and what is read', () => {
    device.tidy(() => {
      const values = Float32Array.of(1, 2);
      const tensor = device.upload(values, [2]);
      values[0] = 9;
      device.read(tensor)[1] = 9;
      expect(numbers(tensor)).toEqual([1, 2]);
    }, none);
  });

  it('shares numbers between a tensor and its reshaped handle until both are freed', () => {
    const tensor = upload([1, 2, 3, 4], [4]);
    const matrix = device.reshape(tensor, [2, 2]);
    expect(device.memory()).toEqual({ buffers: 1, bytes: 16 });
    device.dispose(tensor);
    device.dispose(tensor);
    expect(numbers(matrix)).toEqual([1, 2, 3, 4]);
    device.dispose(matrix);
    expect(() => device.tidy(() => device.reshape(upload([1], [1]), [2]), none)).toThrow(
      expect.objectContaining({ code: 'shape-mismatch' }),
    );
  });

  it('frees in tidy what is not kept, through all levels', () => {
    const kept = device.tidy(
      () => {
        const inner = device.tidy(
          () => ({ keep: upload([1], [1]), drop: upload([2], [1]) }),
          ({ keep }) => [keep],
        );
        upload([3], [1]);
        return inner.keep;
      },
      (tensor) => [tensor],
    );
    expect(device.memory().buffers).toBe(1);
    expect(numbers(kept)).toEqual([1]);
    device.dispose(kept);
  });

  it('frees all when the body throws', () => {
    expect(() =>
      device.tidy(() => {
        upload([1], [1]);
        device.tidy(
          () => upload([2], [1]),
          (tensor) => [tensor],
        );
        throw new Error('stop');
      }, none),
    ).toThrow('stop');
  });

  it('names a kernel that is not there', () => {
    expect(() => device.run('NoSuchKernel', {})).toThrow(
      expect.objectContaining({
        code: 'unsupported-layer',
        message: expect.stringContaining('NoSuchKernel'),
      }),
    );
  });
});
