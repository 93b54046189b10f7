import { ProtoNormError } from '@protonorm/tensor';
import {
  batchNorm,
  clone,
  customGrad,
  engine,
  getKernel,
  keep,
  moments,
  type GradSaveFunc,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import type { BatchNormTrainingResult } from '../wasm-kernels/load-batch-norm-training.ts';

/** See `loadBatchNormTraining`. */
export function batchNormTraining<T extends Tensor>(
  x: T,
  { scale, offset }: { readonly scale: Tensor1D; readonly offset: Tensor1D },
  { epsilon = 1e-5 }: { readonly epsilon?: number } = {},
): BatchNormTrainingResult<T> {
  const channels = x.shape.at(-1);
  if (scale.shape.join() !== `${channels}` || offset.shape.join() !== `${channels}`) {
    throw new ProtoNormError(
      'shape-mismatch',
      'Batch normalisation takes a scale and an offset per channel.',
      {
        received: { x: x.shape, scale: scale.shape, offset: offset.shape },
        expected: [channels],
      },
    );
  }
  const tfjs = engine();
  const name = tfjs.backendName; // the getter `backend` starts one where there is none yet
  if (getKernel('batch norm training', name ?? '') === undefined)
    return byOperations(x, { scale, offset }, epsilon);
  let statistics: [mean: Tensor1D, variance: Tensor1D] | undefined;
  const operation = customGrad((...numbers) => {
    // tfjs's types know neither of save behind the inputs, nor of several gradients.
    const [input, gamma, beta, save] = numbers as unknown as [Tensor, Tensor, Tensor, GradSaveFunc];
    const outputs = tfjs.runKernel('batch norm training', { x: input, gamma, beta }, { epsilon });
    const [value, mean, variance] = outputs as unknown as [Tensor, Tensor1D, Tensor1D];
    statistics = [keep(mean), keep(variance)];
    save([input, gamma, mean, variance]);
    return {
      value,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [x, gamma, mean, variance] = saved;
        const inputs = { dy, x, gamma, mean, variance };
        return tfjs.runKernel('batch norm gradient', inputs, {
          epsilon,
          ofBatch: true,
        }) as unknown as Tensor[];
      },
    };
  });
  const output = operation(x, scale, offset) as T;
  // Kept through the operation's own scope; the caller's scope gets references of its own.
  const [mean, variance] = statistics!.map((kept) => {
    const own = clone(kept);
    kept.dispose();
    return own;
  });
  return { output, mean, variance };
}

/** The plain version, for any backend, with tfjs's own gradients. */
function byOperations<T extends Tensor>(
  x: T,
  { scale, offset }: { readonly scale: Tensor1D; readonly offset: Tensor1D },
  epsilon: number,
): BatchNormTrainingResult<T> {
  const { mean, variance } = moments(
    x,
    x.shape.slice(0, -1).map((_, axis) => axis),
  ) as { mean: Tensor1D; variance: Tensor1D };
  return {
    output: batchNorm(x as never, mean, variance, offset, scale, epsilon) as unknown as T,
    mean,
    variance,
  };
}
