import { ProtoNormError } from '@protonorm/tensor';
import { backend_util } from '@tensorflow/tfjs-core';
import type { ConvolutionGeometry } from '../loop-kernels/convolution-gradients.ts';
import type { WasmKernelCall } from './wasm-kernel.ts';

type Shape4 = [number, number, number, number];

/** The geometry of a convolution kernel call; tfjs's own function resolves 'same', 'valid', numbers and explicit padding. */
export function convolutionGeometry(
  attrs: WasmKernelCall['attrs'],
  {
    inputShape,
    filterShape,
    depthwise = false,
  }: {
    readonly inputShape: readonly number[];
    readonly filterShape: readonly number[];
    readonly depthwise?: boolean;
  },
): ConvolutionGeometry {
  const { strides, pad, dilations = 1, dimRoundingMode, dataFormat = 'NHWC' } = attrs;
  if (dataFormat !== 'NHWC' || [dilations].flat().some((rate) => rate !== 1)) {
    throw new ProtoNormError(
      'invalid-argument',
      `Convolution gradients take NHWC without dilation, received ${String(dataFormat)}, ${String(dilations)}.`,
      { received: { dataFormat, dilations }, expected: { dataFormat: 'NHWC', dilations: 1 } },
    );
  }
  type Arguments = Parameters<typeof backend_util.computeConv2DInfo>;
  const info = backend_util.computeConv2DInfo(
    inputShape as Shape4,
    filterShape as Shape4,
    strides as Arguments[2],
    1,
    pad as Arguments[4],
    dimRoundingMode as Arguments[5],
    depthwise,
  );
  return {
    batch: info.batchSize,
    height: info.inHeight,
    width: info.inWidth,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    kernel: [info.filterHeight, info.filterWidth],
    stride: [info.strideHeight, info.strideWidth],
    top: info.padInfo.top,
    left: info.padInfo.left,
  };
}
