import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';

/** What {@link BatchNormTraining} gives. */
export interface BatchNormTrainingResult<T extends Tensor = Tensor> {
  /** scale (x - mean) / sqrt(variance + epsilon) + offset, shape of x. */
  readonly output: T;
  /** Of each channel, for running statistics. Gradients do not flow through them. */
  readonly mean: Tensor1D;
  /** Of each channel, the biased one. */
  readonly variance: Tensor1D;
}

/**
 * Batch normalisation in training mode, over all axes but the last, as an operation of tfjs with a gradient.
 *
 * @param x - float32, rank 2 to 4, channels last
 * @throws `shape-mismatch` when scale or offset have another shape than [channels]
 */
export type BatchNormTraining = <T extends Tensor>(
  x: T,
  parameters: { readonly scale: Tensor1D; readonly offset: Tensor1D },
  options?: { readonly epsilon?: number },
) => BatchNormTrainingResult<T>;

/**
 * Loads {@link BatchNormTraining}: on 'wasm', once the training kernels are registered, two kernels there and back, where
 * `tf.moments` and `tf.batchNorm` with their gradients take some thirty; elsewhere these operations.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ones, tensor2d, zeros, type Tensor1D } from '@tensorflow/tfjs-core';
 * import { loadBatchNormTraining } from '@protonorm/backend-tfjs';
 * const batchNormTraining = await loadBatchNormTraining();
 * const x = tensor2d([[1, 10], [3, 30]]);
 * const { output, mean } = batchNormTraining(x, { scale: ones([2]) as Tensor1D, offset: zeros([2]) as Tensor1D });
 * mean.arraySync(); // => [2, 20]
 * Math.round(output.arraySync()[1][0]); // => 1
 * ```
 */
export async function loadBatchNormTraining(): Promise<BatchNormTraining> {
  return (await import('../simd-kernels/batch-norm-operation.ts')).batchNormTraining;
}
