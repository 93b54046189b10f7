import type { LayerKind, LayerSpec } from '@protonorm/tensor';
import type { Layer, LayerContext } from '../layers/layer.ts';

/** Layers of a device's own, by kind. */
export type DeviceLayers = {
  readonly [Kind in LayerKind]?: (
    spec: Extract<LayerSpec, { readonly kind: Kind }>,
    context: LayerContext,
  ) => Layer;
};
