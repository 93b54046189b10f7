import type { DropoutLayer, LayerSpec } from '../../model/layer-spec.ts';
import type { ModelArray } from '../../model/model-plan.ts';
import type { Values } from './values.ts';

/** The arrays of one layer by their role; views, so that writing to them writes to the model. */
export type LayerArrays = Partial<Record<ModelArray['role'], Float64Array>>;

/** What the layers of one forward pass share. */
export interface OracleRun {
  readonly mode: 'train' | 'eval';
  /** Parameters and buffers of a layer; batch normalisation updates its running statistics here. */
  arrays(layer: LayerSpec): LayerArrays;
  /** Where `backward` adds the gradients of a layer's parameters. */
  gradients(layer: LayerSpec): LayerArrays;
  /** Runs layers one behind the other; for layers with layers inside. */
  chain(layers: readonly LayerSpec[], input: Values): LayerRun;
  /** 1 for each value (or each sample, by the layer's unit) that stays and 0 for the others. */
  dropoutMask(layer: DropoutLayer, size: number): ArrayLike<number>;
  /** Told by layers with kinks how far the nearest one is: finite differences are true only well away from them. */
  nearKink(distance: number): void;
}

/** One layer that has run. */
export interface LayerRun {
  readonly output: Values;
  /** Adds the gradients of the parameters to `run.gradients` and returns the gradient by the input, [B, ...input]. */
  backward(gradient: Float64Array): Float64Array;
}

/** One kind of layer: forward now, backward later, both as plain loops. */
export type OracleLayer<L extends LayerSpec> = (layer: L, input: Values, run: OracleRun) => LayerRun;
