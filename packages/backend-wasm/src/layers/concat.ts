import type { ConcatLayer } from '@protonorm/tensor';
import { chainOutputShape, layerOutputShape } from '@protonorm/tensor';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { View } from '../graph/view.ts';
import { buildChain } from './chain.ts';

/** The branches write side by side: nothing is copied. */
export function concat(
  layer: ConcatLayer,
  x: View,
  { graph, target }: { readonly graph: GraphBuilder; readonly target: View | undefined },
): View {
  const y = graph.output('concat', layerOutputShape(layer, x.shape), target);
  let start = 0;
  for (const branch of layer.branches) {
    const shape = chainOutputShape(branch, x.shape);
    const channels = shape.at(-1)!;
    buildChain(branch, x, { graph, target: graph.slice(y, { start, channels, shape }) });
    start += channels;
  }
  return y;
}
