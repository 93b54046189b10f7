import type { KernelBackend } from '@tensorflow/tfjs-core';
import { bringBackNodeFunctions } from './process-environment.ts';

/** tfjs-node, started. */
export interface LoadedTensorflow {
  readonly backend: KernelBackend;
  /** Of tfjs-node. */
  readonly version: string;
}

/** Loads tfjs-node with its native library; tfjs's current backend, if one was chosen, stays what it was. */
export async function loadTensorflow(): Promise<LoadedTensorflow> {
  bringBackNodeFunctions();
  const tf = await import('@tensorflow/tfjs-core');
  const chosen = tf.engine().backendName as string | null | undefined;
  // Loading it makes 'tensorflow' tfjs's current backend.
  const { version } = (await import('@tensorflow/tfjs-node')) as unknown as {
    version: Record<string, string>;
  };
  if (chosen) await tf.setBackend(chosen);
  return { backend: tf.findBackend('tensorflow'), version: version['tfjs-node'] };
}
