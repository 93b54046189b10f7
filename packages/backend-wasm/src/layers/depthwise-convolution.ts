import { gradientTarget } from '../graph/gradient-target.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { image, size } from '../graph/image-arguments.ts';
import { wanted } from '../graph/wanted.ts';
import { activationCode } from './activation-code.ts';
import type { Convolution } from './convolution.ts';
import { outputGradient } from './convolution-bias.ts';

/**
 * A filter for each channel. On maps smaller than the filter most taps fall on padding: there they are left out, elsewhere
 * the image has a halo.
 */
export function depthwiseConvolution(graph: GraphBuilder, parts: Convolution): void {
  const { name, x, y, weights, bias, geometry, relu } = parts;
  const { kernel, stride, padding } = geometry;
  const small = geometry.output[1] < kernel[1];
  if (!small) x.storage.halo = Math.max(x.storage.halo, ...padding);
  const dx = gradientTarget(x);
  /** Pointer to the first tap of the first output, in the halo where there is padding. */
  const corner = (): [number, number, number, number] => [
    x.address - 4 * (padding[0] * x.row + padding[1] * x.pixel),
    x.image,
    x.row,
    x.pixel,
  ];
  graph.add({
    name: `depthwise ${name}`,
    reads: [x],
    writes: [y],
    saves: relu ? [x, y] : [x],
    targets: [dx],
    forward({ kernels, size: n }) {
      const { address: w } = weights;
      const b = bias?.address ?? 0;
      if (small) {
        kernels.depthwiseWithoutHalo(
          ...image(x),
          x.height,
          x.width,
          w,
          b,
          ...image(y),
          y.height,
          y.width,
          n,
          x.channels,
          ...kernel,
          ...stride,
          ...padding,
        );
      } else kernels.depthwise(...corner(), w, b, ...image(y), n, ...size(y), ...kernel, ...stride);
      if (relu) kernels.activate(...image(y), ...image(y), n, ...size(y), activationCode.relu);
    },
    backward(execution) {
      const { kernels, size: n } = execution;
      // One filter a channel: the bias of a group is that of a channel, side by side as for one group.
      outputGradient({ ...parts, groups: 1 }, execution);
      const dy = image(y.gradient);
      const { gradient: dw } = weights;
      if (small) {
        kernels.depthwiseFilterGradientWithoutHalo(
          ...image(x),
          x.height,
          x.width,
          ...dy,
          y.height,
          y.width,
          n,
          x.channels,
          ...kernel,
          ...stride,
          ...padding,
          dw,
        );
      } else kernels.depthwiseFilterGradient(...corner(), ...dy, n, ...size(y), ...kernel, ...stride, dw);
      if (!wanted(dx, execution)) return;
      kernels.depthwiseInputGradient(
        ...dy,
        y.height,
        y.width,
        weights.address,
        ...image(x.gradient),
        x.height,
        x.width,
        n,
        x.channels,
        ...kernel,
        ...stride,
        ...padding,
        dx.accumulate,
      );
    },
  });
}
