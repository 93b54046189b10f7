import { rotateFilter, spreadGradient } from '../loop-kernels/convolution-gradients.ts';
import { convolutionGeometry } from './convolution-geometry.ts';
import { compose, wasmKernel } from './wasm-kernel.ts';

/**
 * The input gradient of a depthwise convolution, which tfjs's WASM backend lacks: a depthwise convolution with stride 1
 * of the spread-out dy with the rotated filter. With a multiplier M, channel c gathers from the M channels c M .. of dy.
 */
export const depthwiseConv2dBackpropInput = wasmKernel(({ inputs: { dy, filter }, attrs, backend }) => {
  const inputShape = attrs.inputShape as number[];
  const g = convolutionGeometry(attrs, { inputShape, filterShape: filter.shape, depthwise: true });
  const [kh, kw, channels, multiplier] = filter.shape;
  const outputs = channels * multiplier;
  return compose(backend, ({ run, compute }) => {
    const rotated = compute([filter], [kh, kw, outputs, 1], (to, from) => rotateFilter(to, from, kh * kw));
    const shape = [g.batch, g.height + kh - 1, g.width + kw - 1, outputs];
    const spread = compute([dy], shape, (to, from) => spreadGradient(to, from, outputs, g));
    const byOutput = run(
      'DepthwiseConv2dNative',
      { x: spread, filter: rotated },
      { strides: [1, 1], dilations: [1, 1], pad: 'valid', dataFormat: 'NHWC' },
    ); // [B, H, W, C M]
    if (multiplier === 1) return byOutput;
    return compute([byOutput], inputShape, (dx, values) => {
      for (let i = 0; i < dx.length; i++) {
        let sum = 0;
        for (let m = 0; m < multiplier; m++) sum += values[i * multiplier + m];
        dx[i] = sum;
      }
    });
  });
});
