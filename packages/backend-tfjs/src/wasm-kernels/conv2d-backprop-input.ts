import { rotateFilter, spreadGradient } from '../loop-kernels/convolution-gradients.ts';
import { convolutionGeometry } from './convolution-geometry.ts';
import { compose, wasmKernel } from './wasm-kernel.ts';

/**
 * The input gradient of a convolution as a convolution with stride 1 of the spread-out dy with the rotated filter.
 * tfjs's own kernel of this name is a naive loop (1.4-2.0 GFLOP/s against 26).
 */
export const conv2dBackpropInput = wasmKernel(({ inputs: { dy, filter }, attrs, backend }) => {
  const inputShape = attrs.inputShape as number[];
  const g = convolutionGeometry(attrs, { inputShape, filterShape: filter.shape });
  const [kh, kw] = g.kernel;
  const outputs = filter.shape[3];
  return compose(backend, ({ run, compute }) => {
    const rotated = compute([filter], filter.shape, (to, from) => rotateFilter(to, from, kh * kw));
    const swapped = run('Transpose', { x: rotated }, { perm: [0, 1, 3, 2] }); // [kh, kw, O, I]
    const options = { strides: [1, 1], dilations: [1, 1], dataFormat: 'NHWC' };
    // With stride 1 the convolution can add the zeros itself, before and after.
    const before = [kh - 1 - g.top, kw - 1 - g.left];
    const after = [g.height - g.outHeight + g.top, g.width - g.outWidth + g.left];
    if (g.stride[0] === 1 && g.stride[1] === 1 && Math.min(...before, ...after) >= 0) {
      const pad = [[0, 0], [before[0], after[0]], [before[1], after[1]], [0, 0]];
      return run('Conv2D', { x: dy, filter: swapped }, { ...options, pad });
    }
    const spread = compute([dy], [g.batch, g.height + kh - 1, g.width + kw - 1, outputs], (to, from) =>
      spreadGradient(to, from, outputs, g),
    );
    return run('Conv2D', { x: spread, filter: swapped }, { ...options, pad: 'valid' });
  });
});
