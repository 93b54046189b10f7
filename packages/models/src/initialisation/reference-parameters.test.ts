import { mulberry32, planModel } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { createModel } from '../registry/create-model.ts';
import { referenceParameters } from './reference-parameters.ts';

describe('referenceParameters', () => {
  it('is one stream over all arrays; batch norm consumes nothing', () => {
    const spec = createModel('digits-resnet', { input: [8, 8, 1], classes: 10 });
    const { parameters } = planModel(spec);
    const values = referenceParameters(spec, 1000);
    const uniform = mulberry32(1000);
    for (const { name, shape, offset, size, layer, role } of parameters) {
      const drawn = [...values.subarray(offset, offset + size)];
      if (layer.kind === 'batchNorm') {
        expect(drawn).toEqual(drawn.map(() => (role === 'weight' ? 1 : 0)));
        continue;
      }
      const fanIn = name === 'head.bias' ? 512 : shape.slice(1).reduce((a, b) => a * b, 1);
      const bound = name.startsWith('head') ? 1 / Math.sqrt(512) : Math.sqrt(6 / fanIn);
      expect(drawn).toEqual(drawn.map(() => Math.fround((2 * uniform() - 1) * bound)));
    }
  });

  it('draws all convolutions of a net with batch norm alike, also those with a bias', () => {
    const spec = createModel('efficientnet_b0', { input: [32, 32, 3], classes: 10 });
    const values = referenceParameters(spec, 1000);
    const largest = (name: string): number => {
      const { offset, size } = planModel(spec).parameters.find((array) => array.name === name)!;
      return values.subarray(offset, offset + size).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    };
    const gate = 'base.features.6.1.block.2'; // 1152 to 48 channels and back
    expect(largest(`${gate}.fc1.weight`) / Math.sqrt(6 / 1152)).toBeCloseTo(1, 2);
    expect(largest(`${gate}.fc2.weight`) / Math.sqrt(6 / 48)).toBeCloseTo(1, 2);
    expect(largest(`${gate}.fc2.bias`) * Math.sqrt(48)).toBeCloseTo(1, 1);
    expect(largest('head.1.weight') * Math.sqrt(512)).toBeCloseTo(1, 2);
  });

  it('equals the first golden weights, also without the golden files', () => {
    const first = (name: string, input: number[]) => [
      ...referenceParameters(createModel(name, { input, classes: 10 }), 1000).subarray(0, 2),
    ];
    expect(first('cnn', [32, 32, 3])).toEqual([0.0681723431, 0.0756762847].map(Math.fround));
    expect(first('resnet8', [32, 32, 3])).toEqual([0.119276755, 0.132405907].map(Math.fround));
    expect(first('digits-cnn', [8, 8, 1])).toEqual([0.196796611, 0.218458608].map(Math.fround));
  });

  it.each([0.5, Number.NaN, Infinity])('refuses the seed %d', (seed) => {
    const spec = createModel('linear', { input: [4], classes: 2 });
    expect(() => referenceParameters(spec, seed)).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });
});
