import { backend_util } from '@tensorflow/tfjs-core';
import { maxPool, maxPoolGradient } from '../loop-kernels/max-pool.ts';
import { compose, wasmKernel } from './wasm-kernel.ts';

/** The gradient of max pooling: to the first maximum. tfjs's own kernel takes six times as long. */
export const maxPoolGrad = wasmKernel(({ inputs: { dy, input }, attrs, backend }) => {
  type Arguments = Parameters<typeof backend_util.computePool2DInfo>;
  const info = backend_util.computePool2DInfo(
    input.shape as Arguments[0],
    attrs.filterSize as Arguments[1],
    attrs.strides as Arguments[2],
    1,
    attrs.pad as Arguments[4],
    attrs.dimRoundingMode as Arguments[5],
  );
  const winners = new Int32Array(dy.shape.reduce((a, b) => a * b, 1));
  return compose(backend, ({ compute }) =>
    compute([dy, input], input.shape, (dx, gradient, values) => {
      maxPool(new Float32Array(winners.length), winners, values, {
        batch: info.batchSize,
        height: info.inHeight,
        width: info.inWidth,
        channels: info.inChannels,
        outHeight: info.outHeight,
        outWidth: info.outWidth,
        kernel: [info.effectiveFilterHeight, info.effectiveFilterWidth],
        stride: [info.strideHeight, info.strideWidth],
        top: info.padInfo.top,
        left: info.padInfo.left,
      });
      maxPoolGradient(dx, gradient, winners);
    }),
  );
});
