import { convolutionGeometry } from './convolution-geometry.ts';
import { compose, wasmKernel } from './wasm-kernel.ts';

/**
 * The filter gradient of a convolution, which tfjs's WASM backend lacks, as a convolution itself: channels of x are the
 * samples, samples the channels, dy is the filter, and the stride becomes its dilation:
 * dw[ky, kx, i, o] = sum over b, y, x of x[b, y s + ky - p, x s + kx - p, i] dy[b, y, x, o].
 *
 * Faster than a matrix product for each tap (measured: 134 against 187 ms a step for FedAvgCNN).
 */
export const conv2dBackpropFilter = wasmKernel(({ inputs: { x, dy }, attrs, backend }) => {
  const filterShape = attrs.filterShape as number[];
  const g = convolutionGeometry(attrs, { inputShape: x.shape, filterShape });
  return compose(backend, ({ run }) => {
    // Rows of x that no window reaches are left out: the padding after the image is what makes the output kh by kw.
    const after = [g.height, g.width].map(
      (size, axis) =>
        ([g.outHeight, g.outWidth][axis] - 1) * g.stride[axis] +
        g.kernel[axis] -
        size -
        [g.top, g.left][axis],
    );
    const reached =
      after[0] < 0 || after[1] < 0
        ? run(
            'Slice',
            { x },
            {
              begin: [0, 0, 0, 0],
              size: [g.batch, g.height + Math.min(0, after[0]), g.width + Math.min(0, after[1]), x.shape[3]],
            },
          )
        : x;
    const samples = run('Transpose', { x: reached }, { perm: [3, 1, 2, 0] }); // [I, H, W, B]
    const filter = run('Transpose', { x: dy }, { perm: [1, 2, 0, 3] }); // [h, w, B, O]
    const gradient = run(
      'Conv2D',
      { x: samples, filter },
      {
        strides: [1, 1],
        dilations: [...g.stride],
        dataFormat: 'NHWC',
        pad: [
          [0, 0],
          [g.top, Math.max(0, after[0])],
          [g.left, Math.max(0, after[1])],
          [0, 0],
        ],
      },
    ); // [I, kh, kw, O]
    return run('Transpose', { x: gradient }, { perm: [1, 2, 0, 3] });
  });
});
