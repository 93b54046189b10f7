import { planModel } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { createModel } from '../registry/create-model.ts';
import type { ModelName } from '../registry/model-catalogue.ts';

/** From the reference runs (section 3 and the bytes of its tables) and from the golden models. */
const sizes = [
  ['cnn', [32, 32, 3], 878_538],
  ['resnet8', [32, 32, 3], 1_237_834],
  // torchvision's 11,689,512 with the dense layer of 10 instead of 1000 classes.
  ['resnet18', [32, 32, 3], 11_689_512 - 513_000 + 5_130],
  ['mobilenet_v2', [32, 32, 3], 2_229_002],
  ['shufflenet_v2_x1_0', [32, 32, 3], 1_258_734],
  ['efficientnet_b0', [32, 32, 3], 4_012_678],
  ['digits-mlp', [8, 8, 1], 38_410],
  ['digits-mlp-128-256', [8, 8, 1], 46_474],
  ['digits-cnn', [8, 8, 1], 9_930],
] as const satisfies [ModelName, number[], number][];

describe('parameter counts of the reference', () => {
  it.each(sizes)('%s', (name, input, parameters) => {
    expect(planModel(createModel(name, { input, classes: 10 })).size.all).toBe(parameters);
  });
});

describe('shape of the reference families', () => {
  const encoded = (name: ModelName, input: readonly number[], features = 512) =>
    planModel(createModel(name, { input, classes: 10, features }));

  it.each([
    [28, 1, 1024],
    [32, 3, 1600],
    [64, 3, 10816],
  ])('cnn flattens %ix%i images as HtFLlib', (size, channels, flattened) => {
    const dense = encoded('cnn', [size, size, channels]).parameters.find(
      ({ name }) => name === 'base.fc1.0.weight',
    );
    expect(dense?.shape).toEqual([512, flattened]);
  });

  it('resnet4, 6, 8, 10 have one to four blocks and 64 to 512 features before pooling', () => {
    const last = ([4, 6, 8, 10] as const).map((depth) => {
      const { spec, parameters } = encoded(`resnet${depth}`, [32, 32, 3]);
      const blocks = new Set(parameters.flatMap(({ name }) => name.match(/layer_\d/) ?? []));
      const pooled = spec.encoder.at(-1)?.kind === 'adaptiveAveragePool1d';
      return [blocks.size, parameters.findLast(({ name }) => name.startsWith('base'))?.size, pooled];
    });
    expect(last).toEqual([
      [1, 64, true],
      [2, 128, true],
      [3, 256, true],
      [4, 512, false],
    ]);
  });

  it('pools only where the feature size differs', () => {
    const kinds = (features: number) =>
      encoded('digits-mlp', [8, 8, 1], features).spec.encoder.map(({ kind }) => kind);
    expect(kinds(512)).toEqual(['flatten', 'dense', 'activation']);
    expect(kinds(100)).toEqual(['flatten', 'dense', 'activation', 'adaptiveAveragePool1d']);
  });
});
