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
  /** A new tensor with a copy of these numbers. @defaultValue allocates, and sets the view */
  upload?(values: Float32Array, shape: readonly number[]): TensorInfo;
  /** The numbers of a tensor, by reference or as a copy. Valid until the next allocation: the WASM heap may move when it grows. */
  view(tensor: TensorInfo): Float32Array;
}

/** The numbers of a tfjs backend that the host cannot reach while it runs: on a GPU. */
export interface RemoteMemory {
  /** A new tensor with a copy of these numbers. */
  upload(values: Float32Array, shape: readonly number[]): TensorInfo;
  /** A copy of the numbers of a tensor, as they are now; it may be freed before they are there. */
  read(tensor: TensorInfo): Promise<Float32Array>;
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

/**
 * The memory of tfjs's 'webgpu' backend.
 *
 * @param check - throws what has gone wrong on the GPU
 */
export function webgpuMemory(backend: KernelBackend, check: () => void): RemoteMemory {
  return {
    upload(values, shape) {
      const dataId = backend.write(values.slice(), [...shape], 'float32');
      return { dataId, shape: [...shape], dtype: 'float32' };
    },
    async read({ dataId }) {
      // The copy out of the buffer is on its way when `read` returns; a further reference keeps the record until it is there.
      backend.incRef(dataId);
      try {
        const values = (await backend.read(dataId)) as Float32Array;
        check();
        return values.slice();
      } finally {
        backend.disposeData(dataId);
      }
    },
  };
}

/** Number of elements of a shape. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
