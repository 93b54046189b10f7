import type { ActivationLayer } from '@protonorm/tensor';
import { gradientTarget } from '../graph/gradient-target.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { image, size } from '../graph/image-arguments.ts';
import { wanted } from '../graph/wanted.ts';
import type { View } from '../graph/view.ts';
import { activationCode } from './activation-code.ts';

/** y = f(x). */
export function activation(
  layer: ActivationLayer,
  x: View,
  { graph, target }: { readonly graph: GraphBuilder; readonly target: View | undefined },
): View {
  const y = graph.output(layer.function, x.shape, target);
  const code = activationCode[layer.function];
  const reference = layer.function === 'silu' ? x : y;
  const dx = gradientTarget(x);
  graph.add({
    name: layer.function,
    reads: [x],
    writes: [y],
    saves: [reference],
    targets: [dx],
    forward: ({ kernels, size: n }) => kernels.activate(...image(x), ...image(y), n, ...size(x), code),
    backward(execution) {
      if (!wanted(dx, execution)) return;
      execution.kernels.activateGradient(
        ...image(reference),
        ...image(y.gradient),
        ...image(x.gradient),
        execution.size,
        ...size(x),
        code,
        dx.accumulate,
      );
    },
  });
  return y;
}
