import { compileKernels } from './compile-kernels.ts';
import type { KernelBuild } from './kernel-build.ts';
import type { Kernels } from './kernels.ts';

/** Kernels bound to a memory. */
export interface KernelInstance {
  readonly build: KernelBuild;
  readonly kernels: Kernels;
}

/**
 * Binds the kernels to any WebAssembly memory that is not shared: they have no state, no stack and no data of their own,
 * and touch only what the pointers they are given reach.
 *
 * @throws `backend-unavailable`, `invalid-argument` as `compileKernels`
 * @example
 * ```ts
 * import { instantiateKernels } from '@protonorm/wasm-kernels';
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const { kernels } = await instantiateKernels(memory, 'simd');
 * typeof kernels.gemm; // => 'function'
 * ```
 */
export async function instantiateKernels(
  memory: WebAssembly.Memory,
  build: KernelBuild | 'auto' = 'auto',
): Promise<KernelInstance> {
  const compiled = await compileKernels(build);
  const { exports } = await WebAssembly.instantiate(compiled.module, { env: { memory } });
  return { build: compiled.build, kernels: exports as unknown as Kernels };
}
