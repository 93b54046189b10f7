import { innerChains, type LayerSpec, type ModelSpec } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { createModel } from '../registry/create-model.ts';
import type { ModelName } from '../registry/model-catalogue.ts';

// What the golden vectors cannot show, as dropout was off and weights were drawn in another way: torchvision's source.

const model = (name: ModelName): ModelSpec => createModel(name, { input: [32, 32, 3], classes: 10 });
const all = (layers: readonly LayerSpec[]): LayerSpec[] =>
  layers.flatMap((layer) => [layer, ...innerChains(layer).flatMap(all)]);

describe('efficientnet_b0', () => {
  it('has stochastic depth of 0.2 i / 16 at the end of the body of each residual block i', () => {
    const bodies = model('efficientnet_b0').encoder.flatMap((layer) =>
      layer.kind === 'residual' ? [layer.body] : [],
    );
    expect(bodies.map((body) => body.at(-1))).toEqual(
      [2, 4, 6, 7, 9, 10, 12, 13, 14].map((i) => ({
        kind: 'dropout',
        rate: (0.2 * i) / 16,
        unit: 'sample',
      })),
    );
  });

  it('has dropout of values in its head', () => {
    expect(model('efficientnet_b0').head[0]).toEqual({ kind: 'dropout', rate: 0.2 });
  });

  it('gates all 16 blocks, squeezed to a quarter of their input channels', () => {
    const gates = all(model('efficientnet_b0').encoder).flatMap((layer) =>
      layer.kind === 'gate'
        ? [layer.body.flatMap((inner) => (inner.kind === 'conv2d' ? inner.outputs : []))]
        : [],
    );
    expect(gates.map(([squeezed]) => squeezed)).toEqual([
      8, 4, 6, 6, 10, 10, 20, 20, 20, 28, 28, 28, 48, 48, 48, 48,
    ]);
  });
});

it.each([
  ['mobilenet_v2', 'kaiming-normal-fan-out'],
  ['efficientnet_b0', 'kaiming-normal-fan-out-zero-bias'],
  ['resnet18', 'kaiming-normal-fan-out'],
  ['shufflenet_v2_x1_0', undefined],
] as const)('%s: its convolutions start as %s', (name, init) => {
  const { encoder, head } = model(name);
  const inits = new Set(all(encoder).flatMap((layer) => (layer.kind === 'conv2d' ? [layer.init] : [])));
  expect([...inits]).toEqual([init]);
  expect(head.at(-1)).not.toHaveProperty('init');
});

it.each(['mobilenet_v2', 'efficientnet_b0', 'resnet18', 'shufflenet_v2_x1_0'] as const)(
  '%s: batch norm of 1e-5 and 0.1, the defaults',
  (name) => {
    const norms = all(model(name).encoder).filter(({ kind }) => kind === 'batchNorm');
    expect(norms.length).toBeGreaterThan(19);
    for (const layer of norms) expect(Object.keys(layer)).toEqual(['kind', 'name', 'channels']);
  },
);
