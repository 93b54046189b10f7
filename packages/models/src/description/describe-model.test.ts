import { planModel } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { createModel } from '../registry/create-model.ts';
import { findModel, modelNames } from '../registry/model-catalogue.ts';
import { describeModel } from './describe-model.ts';

describe('describeModel', () => {
  it.each(modelNames)('%s: the rows add up to the plan', (name) => {
    const spec = createModel(name, { input: findModel(name)!.typicalInput, classes: 10 });
    const plan = planModel(spec);
    const description = describeModel(spec);
    expect(description).toMatchObject({
      parameters: plan.size.all,
      buffers: plan.size.buffers,
      multiplyAdds: plan.multiplyAdds,
      activations: plan.activations,
      bytes: 4 * plan.size.all,
    });
    const sum = (key: 'parameters' | 'multiplyAdds') =>
      description.layers.reduce((total, row) => total + row[key], 0);
    expect(sum('parameters')).toBe(plan.size.all);
    expect(sum('multiplyAdds')).toBe(plan.multiplyAdds);
    const activations = description.layers.reduce(
      (t, { output }) => t + output.reduce((a, b) => a * b, 1),
      0,
    );
    expect(activations).toBe(plan.activations);
    expect(description.layers.at(-1)).toMatchObject({
      part: 'head',
      name: expect.stringMatching(/^head/) as string,
      output: [10],
    });
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  });

  it('the bytes are those that FedAvg sent in the reference runs', () => {
    const bytes = (name: string, input: number[]) =>
      describeModel(createModel(name, { input, classes: 10 })).bytes;
    expect(bytes('cnn', [32, 32, 3])).toBe(3_514_152);
    expect(bytes('digits-mlp', [8, 8, 1])).toBe(153_640);
  });

  it('says each layer in words, inner layers of residuals one deeper', () => {
    const { layers } = describeModel(createModel('digits-resnet', { input: [8, 8, 1], classes: 10 }));
    expect(
      layers.map(({ depth, layer, output }) => `${'  '.repeat(depth)}${layer} -> ${output.join('x')}`),
    ).toEqual([
      'conv 3x3 stride 2 padding 1, 1 to 16, no bias -> 4x4x16',
      'batch norm of 16 -> 4x4x16',
      'relu -> 4x4x16',
      'add to the input -> 4x4x16',
      '  conv 3x3 padding 1, 16 to 16, no bias -> 4x4x16',
      '  batch norm of 16 -> 4x4x16',
      '  relu -> 4x4x16',
      '  conv 3x3 padding 1, 16 to 16, no bias -> 4x4x16',
      '  batch norm of 16 -> 4x4x16',
      'relu -> 4x4x16',
      'add to the shortcut -> 2x2x32',
      '  conv 3x3 stride 2 padding 1, 16 to 32, no bias -> 2x2x32',
      '  batch norm of 32 -> 2x2x32',
      '  relu -> 2x2x32',
      '  conv 3x3 padding 1, 32 to 32, no bias -> 2x2x32',
      '  batch norm of 32 -> 2x2x32',
      '  conv 1x1 stride 2, 16 to 32, no bias -> 2x2x32',
      '  batch norm of 32 -> 2x2x32',
      'relu -> 2x2x32',
      'mean over the image -> 32',
      'average pool to 512 -> 512',
      'dense, 512 to 10 -> 10',
    ]);
  });

  it('says branches, gates and stochastic depth in words', () => {
    const { layers } = describeModel({
      name: 'branches',
      input: [3, 3, 4],
      features: 6,
      classes: 2,
      encoder: [
        { kind: 'concat', branches: [[], [{ kind: 'channelSlice', start: 1, end: 3 }]] },
        { kind: 'channelShuffle', groups: 2 },
        { kind: 'gate', body: [{ kind: 'globalAveragePool2d', keepShape: true }] },
        { kind: 'dropout', rate: 0.1, unit: 'sample' },
        { kind: 'globalAveragePool2d' },
      ],
      head: [{ kind: 'dense', name: 'head', inputs: 6, outputs: 2 }],
    });
    expect(layers.map(({ depth, layer }) => `${'  '.repeat(depth)}${layer}`)).toEqual([
      '2 branches side by side',
      '  channels 1 to 2',
      'shuffle 2 groups of channels',
      'multiply with the input',
      '  mean over the image, one pixel',
      'dropout 0.1 of samples',
      'mean over the image',
      'dense, 6 to 2',
    ]);
  });

  it('covers grouped convolutions, other pooling, and dropout', () => {
    const { layers, parameters, multiplyAdds } = describeModel({
      name: 'mobile',
      input: [9, 6, 4],
      features: 16,
      classes: 2,
      encoder: [
        { kind: 'conv2d', name: 'base.a', inputs: 4, outputs: 4, kernel: [3, 1], groups: 4, padding: [1, 0] },
        { kind: 'maxPool2d', kernel: [3, 2] },
        {
          kind: 'conv2d',
          name: 'base.b',
          inputs: 4,
          outputs: 16,
          kernel: [3, 3],
          bias: false,
          stride: [1, 2],
        },
        { kind: 'activation', function: 'silu' },
        { kind: 'dropout', rate: 0.2 },
        { kind: 'globalAveragePool2d' },
      ],
      head: [{ kind: 'dense', name: 'head', inputs: 16, outputs: 2, bias: false }],
    });
    expect(layers.map(({ layer }) => layer)).toEqual([
      'conv 3x1 padding 1x0, 4 to 4, 4 groups',
      'max pool 3x2 stride 3x2',
      'conv 3x3 stride 1x2, 4 to 16, no bias',
      'silu',
      'dropout 0.2',
      'mean over the image',
      'dense, 16 to 2, no bias',
    ]);
    expect(parameters).toBe(4 * 3 + 4 + 16 * 4 * 9 + 32);
    expect(multiplyAdds).toBe(9 * 6 * 4 * 3 + 16 * 4 * 9 + 32);
  });
});
