import { isProtoNormError } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createModel, fittingModels } from './create-model.ts';
import { modelNames } from './model-catalogue.ts';
import { assignModels, familyNames, modelFamilies, type ModelFamily } from './model-families.ts';

describe('assignModels', () => {
  it('client i gets model i mod G', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...modelNames), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 30 }),
        (group, clients) => {
          const assigned = assignModels(group, clients);
          expect(assigned).toHaveLength(clients);
          assigned.forEach((name, i) => expect(name).toBe(group[i % group.length]));
        },
      ),
      { seed: 3 },
    );
  });

  it('takes a family, a model or a list', () => {
    expect(assignModels('HtDigits', 6)).toEqual([
      ...modelFamilies.HtDigits,
      'digits-mlp',
      'digits-mlp-128-256',
    ]);
    expect(assignModels('cnn', 3)).toEqual(['cnn', 'cnn', 'cnn']);
    expect(assignModels(['cnn', 'resnet8'], 3)).toEqual(['cnn', 'resnet8', 'cnn']);
    expect(assignModels('cnn', 0)).toEqual([]);
  });

  it.each([
    ['htdigits', "Did you mean 'HtDigits'?"],
    ['HmCNNs', "Did you mean 'HmCNN'?"],
    [['cnn', 'resnet-8'], "Did you mean 'resnet8'?"],
    ['nothing of the kind', 'Families: HmDigits'],
  ])('unknown %j', (models, hint) => {
    expect(() => assignModels(models, 2)).toThrow(
      expect.objectContaining({ code: 'unknown-model', message: expect.stringContaining(hint) as string }),
    );
  });

  it.each([
    [[], 3, /The list of models is empty/],
    ['cnn', -1, /number of clients/],
    ['cnn', 2.5, /number of clients/],
    ['cnn', Number.NaN, /number of clients/],
  ])('refuses %j for %d clients', (models, clients, message) => {
    try {
      assignModels(models, clients);
      expect.unreachable();
    } catch (error) {
      expect(isProtoNormError(error, 'invalid-argument')).toBe(true);
      expect(String(error)).toMatch(message);
    }
  });
});

describe('modelFamilies', () => {
  const inputs: Record<ModelFamily, readonly number[]> = {
    HmDigits: [8, 8, 1],
    HtDigits: [8, 8, 1],
    HmCNN: [32, 32, 3],
    HmRes18: [32, 32, 3],
    Ht0: [32, 32, 3],
    'HtFE-img-small': [28, 28, 1],
    'HtFE-res': [28, 28, 1],
    HtSmall: [28, 28, 1],
    HtTable: [13],
    HtTabular: [108],
    HtSeries: [29, 1, 12],
  };

  it.each(familyNames)('%s: all its models fit its data and share the feature size', (family) => {
    const input = inputs[family];
    for (const name of modelFamilies[family]) {
      expect(fittingModels(input)).toContain(name);
      expect(createModel(name, { input, classes: 10, features: 96 }).features).toBe(96);
    }
  });
});
