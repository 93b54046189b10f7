/**
 * Registers the training kernels with tfjs's 'wasm' backend, so that an application's own models in tfjs operations can
 * be trained there: Conv2DBackpropFilter, DepthwiseConv2dNativeBackpropFilter and DepthwiseConv2dNativeBackpropInput,
 * which tfjs lacks, and Conv2DBackpropInput and MaxPoolGrad, whose own forms are slow. Learners of this package use them
 * without; nothing is registered by an import.
 *
 * @returns the names of the kernels; a second call changes nothing
 * @example
 * ```ts
 * import { registerTrainingKernels } from '@protonorm/backend-tfjs';
 * (await registerTrainingKernels()).length; // => 5
 * ```
 */
export async function registerTrainingKernels(): Promise<readonly string[]> {
  // The backend first: loading it registers its own kernels, which would otherwise come on top of these.
  await import('@tensorflow/tfjs-backend-wasm');
  const { getKernel, registerKernel, unregisterKernel } = await import('@tensorflow/tfjs-core');
  const { trainingKernels } = await import('./training-kernels.ts');
  for (const [kernelName, kernelFunc] of Object.entries(trainingKernels)) {
    const present = getKernel(kernelName, 'wasm');
    if (present?.kernelFunc === kernelFunc) continue;
    if (present) unregisterKernel(kernelName, 'wasm');
    registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
  }
  return Object.keys(trainingKernels);
}
