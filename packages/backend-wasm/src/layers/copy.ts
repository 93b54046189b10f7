import { gradientTarget } from '../graph/gradient-target.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { image, size } from '../graph/image-arguments.ts';
import type { View } from '../graph/view.ts';
import { wanted } from '../graph/wanted.ts';

/** y = x, where the result has to lie in a certain place. */
export function copy(x: View, target: View, graph: GraphBuilder): View {
  const dx = gradientTarget(x);
  graph.add({
    name: 'copy',
    reads: [x],
    writes: [target],
    targets: [dx],
    forward: ({ kernels, size: n }) => kernels.copyImages(...image(x), ...image(target), n, ...size(x)),
    backward(execution) {
      if (!wanted(dx, execution)) return;
      const { kernels, size: n } = execution;
      const write = dx.accumulate ? kernels.addImages : kernels.copyImages;
      write(...image(target.gradient), ...image(x.gradient), n, ...size(x));
    },
  });
  return target;
}
