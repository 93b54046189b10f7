import type { LayerSpec, ModelSpec } from '@protonorm/tensor';

/** The model with every dropout rate 0, also of stochastic depth: what it computes is then the same in every run. */
export function withoutDropout(spec: ModelSpec): ModelSpec {
  return { ...spec, encoder: spec.encoder.map(still), head: spec.head.map(still) };
}

function still(layer: LayerSpec): LayerSpec {
  switch (layer.kind) {
    case 'dropout':
      return { ...layer, rate: 0 };
    case 'residual':
      return { ...layer, body: layer.body.map(still), shortcut: layer.shortcut.map(still) };
    case 'gate':
      return { ...layer, body: layer.body.map(still) };
    case 'concat':
      return { ...layer, branches: layer.branches.map((branch) => branch.map(still)) };
    default:
      return layer;
  }
}
