import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';

/**
 * How the numbers of a tfjs backend are reached as plain arrays, without a copy: for loops that tfjs has no fast kernel
 * for, and for upload and download.
 */
export interface TensorMemory {
  /** A new tensor, its numbers not set. */
  allocate(shape: readonly number[]): TensorInfo;
  /** The numbers of a tensor, by reference. Valid until the next allocation: the WASM heap may move when it grows. */
  view(tensor: TensorInfo): Float32Array;
}

/** The memory of tfjs's 'cpu' backend: one JavaScript array for each tensor. */
export function cpuMemory(backend: KernelBackend): TensorMemory {
  const cpu = backend as MathBackendCPU;
  return {
    allocate: (shape) => cpu.makeTensorInfo([...shape], 'float32', new Float32Array(elements(shape))),
    view(tensor) {
      const data = cpu.data.get(tensor.dataId);
      if (!(data.values instanceof Float32Array))
        data.values = Float32Array.from(data.values as unknown as ArrayLike<number>);
      return data.values;
    },
  };
}

/** The memory of tfjs's 'wasm' backend: pieces of one heap. */
export function wasmMemory(backend: KernelBackend): TensorMemory {
  const wasm = backend as BackendWasm;
  return {
    allocate: (shape) => wasm.makeOutput([...shape], 'float32'),
    view: (tensor) => wasm.typedArrayFromHeap(tensor) as Float32Array,
  };
}

/** Number of elements of a shape. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
