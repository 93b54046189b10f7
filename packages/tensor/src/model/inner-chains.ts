import type { LayerSpec } from './layer-spec.ts';

/**
 * The chains of layers inside a layer, in the order in which their parameters are counted; each gets the layer's input.
 *
 * @example
 * ```ts
 * import { innerChains } from '@protonorm/tensor';
 * innerChains({ kind: 'residual', body: [{ kind: 'flatten' }], shortcut: [] }); // => [[{ kind: 'flatten' }], []]
 * ```
 */
export function innerChains(layer: LayerSpec): readonly (readonly LayerSpec[])[] {
  switch (layer.kind) {
    case 'residual':
      return [layer.body, layer.shortcut];
    case 'concat':
      return layer.branches;
    case 'gate':
      return [layer.body];
    default:
      return [];
  }
}
