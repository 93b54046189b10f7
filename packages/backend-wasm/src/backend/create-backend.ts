import { ProtoNormError, type Backend } from '@protonorm/tensor';
import { instantiateKernels, type KernelBuild } from '@protonorm/wasm-kernels';
import type { OperationProfile } from '../graph/operation.ts';
import { Heap } from '../memory/heap.ts';
import { WasmBackend } from './wasm-backend.ts';

const GIB = 2 ** 30;

/** Settings of {@link createBackend}. */
export interface CreateBackendOptions {
  /**
   * The binary of the kernels: 'relaxed' is faster and may round differently on other processors, 'simd' gives the same
   * bits everywhere. @defaultValue 'auto': the fastest that this engine accepts
   */
  readonly build?: KernelBuild | 'auto';
  /** Most bytes that the WebAssembly memory may grow to, at most 4 GiB. @defaultValue 4 GiB */
  readonly maxBytes?: number;
  /** Sees the time of each operation; costs a few microseconds for each. */
  readonly profile?: OperationProfile;
  /**
   * Looks after each operation whether a kernel has written outside of what it was given, and throws an `Error` that names
   * both; for work on kernels, several times slower and larger. @defaultValue false
   */
  readonly guard?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Opens the planned engine. Nothing is downloaded; memory grows as models need it.
 *
 * @throws `backend-unavailable` without WebAssembly SIMD, `invalid-argument`, and the reason of the signal
 * @example
 * ```ts
 * import { createBackend } from '@protonorm/backend-wasm';
 * using backend = await createBackend({ build: 'simd' });
 * backend.description; // => 'planned WASM engine (SIMD, 1 thread)'
 * ```
 */
export async function createBackend({
  build = 'auto',
  maxBytes = 4 * GIB,
  profile,
  guard = false,
  signal,
}: CreateBackendOptions = {}): Promise<Backend> {
  signal?.throwIfAborted();
  if (!(maxBytes >= 65_536 && maxBytes <= 4 * GIB)) {
    throw new ProtoNormError('invalid-argument', `maxBytes must lie in 65536..2^32, received ${maxBytes}.`, {
      received: maxBytes,
      expected: [65_536, 4 * GIB],
    });
  }
  const heap = new Heap(maxBytes);
  const instance = await instantiateKernels(heap.memory, build);
  signal?.throwIfAborted();
  return new WasmBackend(heap, instance, { profile, guard });
}
