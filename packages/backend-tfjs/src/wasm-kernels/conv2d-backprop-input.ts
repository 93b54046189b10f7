import type { TensorInfo } from '@tensorflow/tfjs-core';
import {
  rotateFilter,
  sumColumnsIntoImage,
  type ConvolutionGeometry,
} from '../loop-kernels/convolution-gradients.ts';
import { convolutionGeometry } from './convolution-geometry.ts';
import { compose, wasmKernel, type KernelTools } from './wasm-kernel.ts';

/**
 * The input gradient of a convolution, in one of two ways. tfjs's own kernel of this name is a naive loop (1.4-2.0
 * GFLOP/s against 26).
 */
export const conv2dBackpropInput = wasmKernel(({ inputs: { dy, filter }, attrs, backend }) => {
  const g = convolutionGeometry(attrs, {
    inputShape: attrs.inputShape as number[],
    filterShape: filter.shape,
  });
  return compose(backend, (tools) => {
    const padding = fullPadding(g);
    // As a convolution it computes H W instead of h w positions, but a matrix product has its columns to sum up.
    return padding && g.height * g.width <= 1.5 * g.outHeight * g.outWidth
      ? asConvolution(tools, { dy, filter, padding })
      : asProduct(tools, { dy, filter, g });
  });
});

/** dx as the convolution of dy with the rotated filter; the padding is what the forward one leaves of kernel - 1. */
function asConvolution(
  { run, compute }: KernelTools,
  { dy, filter, padding }: { dy: TensorInfo; filter: TensorInfo; padding: number[][] },
): TensorInfo {
  const [kh, kw] = filter.shape;
  const rotated = compute([filter], filter.shape, (to, from) => rotateFilter(to, from, kh * kw));
  const swapped = run('Transpose', { x: rotated }, { perm: [0, 1, 3, 2] }); // [kh, kw, O, I]
  const attributes = { strides: [1, 1], dilations: [1, 1], dataFormat: 'NHWC', pad: padding };
  return run('Conv2D', { x: dy, filter: swapped }, attributes);
}

/** dx as the product of dy with all taps of the filter, each result added to the pixel that it belongs to. */
function asProduct(
  { run, compute, reshape }: KernelTools,
  { dy, filter, g }: { dy: TensorInfo; filter: TensorInfo; g: ConvolutionGeometry },
): TensorInfo {
  const [kh, kw, inputs, outputs] = filter.shape;
  const flat = reshape(filter, [kh * kw * inputs, outputs]);
  const columns = run(
    'BatchMatMul',
    {
      a: reshape(dy, [g.batch * g.outHeight * g.outWidth, outputs]),
      b: run('Transpose', { x: flat }, { perm: [1, 0] }),
    },
    { transposeA: false, transposeB: false },
  ); // [B h w, kh kw I]
  return compute([columns], [g.batch, g.height, g.width, inputs], (dx, values) =>
    sumColumnsIntoImage(dx, values, inputs, g),
  );
}

/** The zeros around dy, or nothing when this is no plain convolution: with a stride, or a padding above kernel - 1. */
function fullPadding(g: ConvolutionGeometry): number[][] | undefined {
  const before = [g.kernel[0] - 1 - g.top, g.kernel[1] - 1 - g.left];
  const after = [g.height - g.outHeight + g.top, g.width - g.outWidth + g.left];
  if (g.stride[0] !== 1 || g.stride[1] !== 1 || Math.min(...before, ...after) < 0) return undefined;
  return [
    [0, 0],
    [before[0], after[0]],
    [before[1], after[1]],
    [0, 0],
  ];
}
