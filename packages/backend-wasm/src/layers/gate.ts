import type { GateLayer } from '@protonorm/tensor';
import { gradientTarget } from '../graph/gradient-target.ts';
import { image, size } from '../graph/image-arguments.ts';
import type { View } from '../graph/view.ts';
import { wanted } from '../graph/wanted.ts';
import type { ChainBuilder, ChainOptions } from './chain-builder.ts';

/** y = x * body(x); a body of one pixel holds for all pixels. */
export function gate(
  layer: GateLayer,
  x: View,
  { graph, target, buildChain }: ChainOptions & { readonly buildChain: ChainBuilder },
): View {
  const factor = buildChain(layer.body, x, { graph, target: undefined });
  const y = graph.output('gate', x.shape, target);
  const dx = gradientTarget(x);
  const dFactor = gradientTarget(factor);
  const forPixels = factor.height * factor.width === x.height * x.width;
  graph.add({
    name: 'gate',
    reads: [x, factor],
    writes: [y],
    saves: [x, factor],
    targets: forPixels ? [dx, dFactor] : [dFactor, dx],
    forward({ kernels, size: n }) {
      if (forPixels) kernels.multiplyImages(...image(x), ...image(factor), ...image(y), n, ...size(x), 0);
      else kernels.gate(...image(x), factor.address, factor.image, ...image(y), n, ...size(x));
    },
    backward(execution) {
      const { kernels, size: n } = execution;
      const dy = image(y.gradient);
      if (forPixels) {
        for (const [to, other] of [
          [dx, factor],
          [dFactor, x],
        ] as const) {
          if (!wanted(to, execution)) continue;
          kernels.multiplyImages(
            ...dy,
            ...image(other),
            ...image(to.of.gradient),
            n,
            ...size(x),
            to.accumulate,
          );
        }
        return;
      }
      kernels.gateGradient(
        ...image(x),
        factor.address,
        factor.image,
        ...dy,
        ...image(x.gradient),
        factor.gradient.address,
        factor.gradient.image,
        n,
        ...size(x),
        dx.accumulate,
      );
    },
  });
  return y;
}
