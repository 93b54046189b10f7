import type { ChannelShuffleLayer } from '@protonorm/tensor';
import { gradientTarget } from '../graph/gradient-target.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { image, size } from '../graph/image-arguments.ts';
import type { View } from '../graph/view.ts';
import { wanted } from '../graph/wanted.ts';

/** Interleaves the channels of the groups; the way back is the shuffle of the other factor. */
export function channelShuffle(
  { groups }: ChannelShuffleLayer,
  x: View,
  { graph, target }: { readonly graph: GraphBuilder; readonly target: View | undefined },
): View {
  const y = graph.output('channelShuffle', x.shape, target);
  const dx = gradientTarget(x);
  graph.add({
    name: 'channelShuffle',
    reads: [x],
    writes: [y],
    targets: [dx],
    forward: ({ kernels, size: n }) =>
      kernels.shuffleChannels(...image(x), ...image(y), n, ...size(x), groups, 0),
    backward(execution) {
      if (!wanted(dx, execution)) return;
      execution.kernels.shuffleChannels(
        ...image(y.gradient),
        ...image(x.gradient),
        execution.size,
        ...size(x),
        x.channels / groups,
        dx.accumulate,
      );
    },
  });
  return y;
}
