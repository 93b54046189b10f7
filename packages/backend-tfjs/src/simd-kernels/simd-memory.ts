import { ProtoNormError } from '@protonorm/tensor';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelBuild, KernelInstance, Kernels } from '@protonorm/wasm-kernels';
import { elements } from '../device/tensor-memory.ts';

/** What Emscripten's module has beside the types of tfjs. */
interface Allocator {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** A new tensor and where its numbers lie. */
export interface Output {
  readonly tensor: TensorInfo;
  readonly address: number;
}

/**
 * Our kernels on the heap of tfjs's 'wasm' backend: they read and write its tensors where they lie.
 *
 * Only addresses are kept, never views: a heap that grows leaves the old views without a buffer.
 */
export class SimdMemory {
  readonly backend: BackendWasm;
  readonly kernels: Kernels;
  readonly build: KernelBuild;
  #scratch = 0;
  #scratchBytes = 0;
  #made: TensorInfo[] = [];

  constructor(backend: BackendWasm, { kernels, build }: KernelInstance) {
    this.backend = backend;
    this.kernels = kernels;
    this.build = build;
  }

  /** Where the numbers of a tensor lie; in the upper half of 4 GiB, too. */
  address(tensor: TensorInfo): number {
    return this.backend.dataIdMap.get(tensor.dataId).memoryOffset >>> 0;
  }

  /** A new tensor; its content is undefined. */
  output(shape: readonly number[]): Output {
    const tensor = this.backend.makeOutput([...shape], 'float32');
    this.#made.push(tensor);
    const address = this.address(tensor);
    if (address === 0) throw outOfMemory(4 * elements(shape));
    return { tensor, address };
  }

  /** A new tensor of zeros. */
  zeros(shape: readonly number[]): Output {
    const output = this.output(shape);
    this.fill(output.address, elements(shape), 0);
    return output;
  }

  /** The same value in consecutive numbers. */
  fill(address: number, count: number, value: number): void {
    this.kernels.fillImages(address, 0, 0, 0, 1, 1, 1, count, value);
  }

  /**
   * Places for so many numbers each, until the next call: the kernels of a call share one piece of the heap, which is kept
   * for the next one and replaced when it is too small.
   */
  scratch(...floats: readonly number[]): number[] {
    const sizes = floats.map((count) => Math.ceil(count / 16) * 64);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    if (bytes > this.#scratchBytes) {
      const wasm = this.backend.wasm as unknown as Allocator;
      if (this.#scratch !== 0) wasm._free(this.#scratch);
      this.#scratchBytes = 0;
      this.#scratch = wasm._malloc(bytes) >>> 0;
      if (this.#scratch === 0) throw outOfMemory(bytes);
      this.#scratchBytes = bytes;
    }
    let next = this.#scratch;
    return sizes.map((size) => {
      const address = next;
      next += size;
      return address;
    });
  }

  /** Runs a kernel; when it throws, what it has made is freed. */
  guard<T>(body: () => T): T {
    this.#made = [];
    try {
      return body();
    } catch (error) {
      for (const tensor of this.#made) this.backend.disposeData(tensor.dataId);
      throw error;
    } finally {
      this.#made = [];
    }
  }
}

function outOfMemory(bytes: number): ProtoNormError {
  return new ProtoNormError('out-of-memory', `tfjs's WASM heap has no ${bytes} bytes left.`, {
    received: bytes,
    expected: 'at most 4 GiB in all',
    hint: 'Use smaller batches, or dispose tensors that are no longer needed.',
  });
}
