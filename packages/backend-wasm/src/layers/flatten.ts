import { gradientTarget } from '../graph/gradient-target.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { image, size } from '../graph/image-arguments.ts';
import type { View } from '../graph/view.ts';
import { wanted } from '../graph/wanted.ts';

/** [h, w, c] to PyTorch's order, channels first; what is no image is in its order already. */
export function flatten(
  x: View,
  { graph, target }: { readonly graph: GraphBuilder; readonly target: View | undefined },
): View {
  const length = x.height * x.width * x.channels;
  const y = graph.output('flatten', [length], target);
  // A sequence [t, c] stays in row-major order: as an image whose channels are its numbers, it has nothing to turn.
  const sizes = (): [number, number, number] => (x.shape.length === 3 ? size(x) : [1, 1, length]);
  if (x.shape.length !== 3 && !x.dense) throw new Error('A sequence with a halo cannot be flattened.');
  const dx = gradientTarget(x);
  graph.add({
    name: 'flatten',
    reads: [x],
    writes: [y],
    targets: [dx],
    forward: ({ kernels, size: n }) =>
      kernels.toChannelsFirst(...image(x), y.address, y.image, n, ...sizes()),
    backward(execution) {
      if (!wanted(dx, execution)) return;
      execution.kernels.fromChannelsFirst(
        y.gradient.address,
        y.gradient.image,
        ...image(x.gradient),
        execution.size,
        ...sizes(),
        dx.accumulate,
      );
    },
  });
  return y;
}
