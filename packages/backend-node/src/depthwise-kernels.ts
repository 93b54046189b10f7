import type { TensorInfo } from '@tensorflow/tfjs-core';
import {
  convolutionKernels,
  explicitAttributes,
  type ConvolutionKernels,
  type Windows,
} from './convolution-kernels.ts';
import type { NativeAttributes, NativeCalls, NativeInput } from './native-calls.ts';

/**
 * A depthwise convolution and its gradients, filters [kh, kw, C, M]: TensorFlow's own, which take only strides that are
 * equal in height and width; others go the long way.
 */
export function depthwiseKernels(calls: NativeCalls): ConvolutionKernels {
  const even: ConvolutionKernels = {
    forward: (x, filter, windows) =>
      calls.run('DepthwiseConv2dNative', [x, filter], explicitAttributes(windows)),
    filterGradient: (x, dy, { filterShape, windows }) =>
      calls.run('DepthwiseConv2dNativeBackpropFilter', [x, filterShape, dy], explicitAttributes(windows)),
    inputGradient: (dy, filter, { inputShape, windows }) =>
      calls.run('DepthwiseConv2dNativeBackpropInput', [inputShape, filter, dy], explicitAttributes(windows)),
  };
  const uneven = unevenDepthwiseKernels(calls);
  const pick = ({ strides: [height, width] }: Windows): ConvolutionKernels =>
    height === width ? even : uneven;
  return {
    forward: (x, filter, windows) => pick(windows).forward(x, filter, windows),
    filterGradient: (x, dy, options) => pick(options.windows).filterGradient(x, dy, options),
    inputGradient: (dy, filter, options) => pick(options.windows).inputGradient(dy, filter, options),
  };
}

/** As a convolution of all channels, whose filter is 0 between different ones: C times the work, but rare. */
function unevenDepthwiseKernels(calls: NativeCalls): ConvolutionKernels {
  const convolution = convolutionKernels(calls);
  /** Calls an operation and frees its inputs that are named as temporary. */
  const run = (
    operation: string,
    inputs: readonly NativeInput[],
    attributes: NativeAttributes,
    temporary: readonly TensorInfo[],
  ): TensorInfo => {
    const output = calls.run(operation, inputs, attributes);
    for (const tensor of temporary) calls.dispose(tensor);
    return output;
  };
  /** [C, C, 1]: 1 where both channels are the same. */
  const identity = (channels: number): TensorInfo =>
    calls.upload(
      Float32Array.from({ length: channels * channels }, (_, i) => (i % (channels + 1) === 0 ? 1 : 0)),
      [channels, channels, 1],
    );
  const denseFilter = (filter: TensorInfo): TensorInfo => {
    const [height, width, channels, multiplier] = filter.shape;
    const same = identity(channels);
    const wide = run('Mul', [{ ...filter, shape: [height, width, channels, 1, multiplier] }, same], {}, [
      same,
    ]);
    return { ...wide, shape: [height, width, channels, channels * multiplier] };
  };
  return {
    forward(x, filter, windows) {
      const dense = denseFilter(filter);
      const y = convolution.forward(x, dense, windows);
      calls.dispose(dense);
      return y;
    },
    filterGradient(x, dy, { filterShape, windows }) {
      const [height, width, channels, multiplier] = filterShape;
      const dense = convolution.filterGradient(x, dy, {
        filterShape: [height, width, channels, channels * multiplier],
        windows,
      });
      const same = identity(channels);
      const byPair = { ...dense, shape: [height, width, channels, channels, multiplier] };
      const own = run('Mul', [byPair, same], {}, [dense, same]);
      return run('Sum', [own, [3]], { keep_dims: false, Tidx: 'int32' }, [own]);
    },
    inputGradient(dy, filter, options) {
      const dense = denseFilter(filter);
      const dx = convolution.inputGradient(dy, dense, options);
      calls.dispose(dense);
      return dx;
    },
  };
}
