import type { AdaptiveAveragePool1dLayer, GlobalAveragePool2dLayer, MaxPool2dLayer } from '@protonorm/tensor';
import { layerOutputShape } from '@protonorm/tensor';
import { gradientTarget } from '../graph/gradient-target.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { image, size } from '../graph/image-arguments.ts';
import type { View } from '../graph/view.ts';
import { wanted } from '../graph/wanted.ts';

interface Options {
  readonly graph: GraphBuilder;
  readonly target: View | undefined;
}

/**
 * The largest of each window.
 *
 * @param options - `positive`: x is behind a relu whose gradient is taken here, by passing on only where y > 0
 */
export function maxPool2d(
  layer: MaxPool2dLayer,
  x: View,
  { graph, target, positive }: Options & { readonly positive: boolean },
): View {
  const { kernel, stride = kernel, padding = [0, 0] } = layer;
  const y = graph.output('maxPool2d', layerOutputShape(layer, x.shape), target);
  const dx = gradientTarget(x, { canStore: false });
  const sizes = (): [number, number, number, number, number] => [
    x.height,
    x.width,
    y.height,
    y.width,
    x.channels,
  ];
  graph.add({
    name: 'maxPool2d',
    reads: [x],
    writes: [y],
    saves: [x, y],
    targets: [dx],
    forward: ({ kernels, size: n }) =>
      kernels.maxPool(...image(x), ...image(y), n, ...sizes(), ...kernel, ...stride, ...padding),
    backward(execution) {
      if (!wanted(dx, execution)) return;
      execution.kernels.maxPoolGradient(
        ...image(x),
        ...image(y),
        ...image(y.gradient),
        ...image(x.gradient),
        execution.size,
        ...sizes(),
        ...kernel,
        ...stride,
        ...padding,
        positive ? 1 : 0,
      );
    },
  });
  return y;
}

/** The mean over all pixels. */
export function globalAveragePool2d(
  layer: GlobalAveragePool2dLayer,
  x: View,
  { graph, target }: Options,
): View {
  const y = graph.output('globalAveragePool2d', layerOutputShape(layer, x.shape), target);
  const dx = gradientTarget(x);
  graph.add({
    name: 'globalAveragePool2d',
    reads: [x],
    writes: [y],
    targets: [dx],
    forward: ({ kernels, size: n }) =>
      kernels.globalAveragePool(...image(x), y.address, y.image, n, ...size(x)),
    backward(execution) {
      if (!wanted(dx, execution)) return;
      const { kernels, size: n } = execution;
      kernels.globalAveragePoolGradient(
        y.gradient.address,
        y.gradient.image,
        ...image(x.gradient),
        n,
        ...size(x),
        dx.accumulate,
      );
    },
  });
  return y;
}

/** Means of windows of a vector. */
export function adaptiveAveragePool1d(
  layer: AdaptiveAveragePool1dLayer,
  x: View,
  { graph, target }: Options,
): View {
  const y = graph.output('adaptiveAveragePool1d', [layer.size], target);
  const dx = gradientTarget(x);
  graph.add({
    name: 'adaptiveAveragePool1d',
    reads: [x],
    writes: [y],
    targets: [dx],
    forward: ({ kernels, size: n }) =>
      kernels.adaptiveAveragePool1d(x.address, x.image, y.address, y.image, n, x.channels, layer.size),
    backward(execution) {
      if (!wanted(dx, execution)) return;
      execution.kernels.adaptiveAveragePool1dGradient(
        y.gradient.address,
        y.gradient.image,
        x.gradient.address,
        x.gradient.image,
        execution.size,
        x.channels,
        layer.size,
        dx.accumulate,
      );
    },
  });
  return y;
}
