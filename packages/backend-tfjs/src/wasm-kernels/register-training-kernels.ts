import type { KernelFunc } from '@tensorflow/tfjs-core';
import type { KernelBuild } from '@protonorm/wasm-kernels';

/** Options of {@link registerTrainingKernels}. */
export interface TrainingKernelOptions {
  /**
   * The binary of the kernels: `simd`; `relaxed`, with fused multiply-adds, whose last bit may differ between processors;
   * or the fastest that runs here.
   *
   * @defaultValue 'auto'
   */
  readonly build?: KernelBuild | 'auto';
}

/**
 * Registers the training kernels with tfjs's 'wasm' backend, so that an application's own models in tfjs operations train
 * fast there: convolutions, matrix products, poolings and their gradients, sums over leading axes. Some of them tfjs lacks
 * (Conv2DBackpropFilter, DepthwiseConv2dNativeBackpropFilter and ...Input), others it has in a slower form.
 *
 * They run in the memory of that backend, which is started if need be, and leave what they do not compute (NCHW, integers,
 * dilated depthwise convolutions) to tfjs's own kernels. Where there is no WebAssembly SIMD, or tfjs runs threads, slower
 * ones composed of tfjs's take their place. Learners of this package use them without; nothing is registered by an import.
 * tfjs's `unregisterKernel(name, 'wasm')` takes one off; a further call here puts it on again.
 *
 * @returns the names of the kernels; a second call changes nothing, unless it asks for another build
 * @throws `backend-unavailable` where a build was asked for and does not run here; `invalid-argument` for an unknown one
 * @example
 * ```ts
 * import { registerTrainingKernels } from '@protonorm/backend-tfjs';
 * (await registerTrainingKernels()).includes('Conv2DBackpropFilter'); // => true
 * ```
 */
export async function registerTrainingKernels({ build = 'auto' }: TrainingKernelOptions = {}): Promise<
  readonly string[]
> {
  // The backend first: loading it registers its own kernels, which would otherwise come on top of these.
  await import('@tensorflow/tfjs-backend-wasm');
  const { getKernel, registerKernel, unregisterKernel } = await import('@tensorflow/tfjs-core');
  const kernels = await kernelsOf(build);
  for (const [kernelName, kernelFunc] of Object.entries(kernels)) {
    const present = getKernel(kernelName, 'wasm');
    if (present?.kernelFunc === kernelFunc) continue;
    if (present) unregisterKernel(kernelName, 'wasm');
    // tfjs's kernel stays in use for what ours leave; a new instance of the backend still has to set it up.
    const setup = present?.setupFunc && { setupFunc: present.setupFunc };
    registerKernel({ kernelName, backendName: 'wasm', kernelFunc, ...setup });
  }
  return Object.keys(kernels);
}

async function kernelsOf(build: KernelBuild | 'auto'): Promise<Readonly<Record<string, KernelFunc>>> {
  const [{ startWasm }, { bindSimdKernels }, { trainingKernels }] = await Promise.all([
    import('../backend/start-wasm.ts'),
    import('../simd-kernels/simd-kernels.ts'),
    import('./training-kernels.ts'),
  ]);
  const backend = await startWasm();
  try {
    return (await bindSimdKernels(backend, build)).kernels;
  } catch (error) {
    if (build !== 'auto') throw error;
    return trainingKernels;
  }
}
