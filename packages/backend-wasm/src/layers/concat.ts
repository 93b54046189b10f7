import type { ConcatLayer } from '@protonorm/tensor';
import { chainOutputShape, layerOutputShape } from '@protonorm/tensor';
import type { View } from '../graph/view.ts';
import type { ChainBuilder, ChainOptions } from './chain-builder.ts';

/** The branches write side by side: nothing is copied. */
export function concat(
  layer: ConcatLayer,
  x: View,
  { graph, target, buildChain }: ChainOptions & { readonly buildChain: ChainBuilder },
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
