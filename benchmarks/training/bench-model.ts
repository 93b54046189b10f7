import { createModel } from '@protonorm/models';
import type { LayerSpec, ModelSpec } from '@protonorm/tensor';

/**
 * A model of the catalogue for 32x32x3 images and 10 classes, 512 features, with all rates of dropout at 0: masks come from
 * other random numbers in each library, and the losses could not be compared.
 *
 * @throws `unknown-model`, `invalid-model`
 */
export function benchModel(name: string): ModelSpec {
  const spec = createModel(name, { input: [32, 32, 3], classes: 10, features: 512 });
  return { ...spec, encoder: spec.encoder.map(withoutDropout), head: spec.head.map(withoutDropout) };
}

function withoutDropout(layer: LayerSpec): LayerSpec {
  switch (layer.kind) {
    case 'dropout':
      return { ...layer, rate: 0 };
    case 'residual':
      return {
        ...layer,
        body: layer.body.map(withoutDropout),
        shortcut: layer.shortcut.map(withoutDropout),
      };
    case 'gate':
      return { ...layer, body: layer.body.map(withoutDropout) };
    case 'concat':
      return { ...layer, branches: layer.branches.map((branch) => branch.map(withoutDropout)) };
    default:
      return layer;
  }
}
