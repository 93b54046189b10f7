import type { LayerSpec } from '@protonorm/tensor';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { View } from '../graph/view.ts';

/** Where layers are built, and where their result has to lie. */
export interface ChainOptions {
  readonly graph: GraphBuilder;
  readonly target: View | undefined;
}

/** Adds the operations of layers one behind the other; layers that hold layers are given one. */
export type ChainBuilder = (layers: readonly LayerSpec[], x: View, options: ChainOptions) => View;
