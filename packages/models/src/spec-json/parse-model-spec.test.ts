import { isProtoNormError, modelKey, type LayerKind } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createModel } from '../registry/create-model.ts';
import { findModel, modelNames } from '../registry/model-catalogue.ts';
import { layerFields } from './layer-fields.ts';
import { parseModelSpec } from './parse-model-spec.ts';

const dense = { kind: 'dense', name: 'base.fc', inputs: 4, outputs: 3 };
const head = { kind: 'dense', name: 'head', inputs: 3, outputs: 2 };
const tiny = { name: 'tiny', input: [4], features: 3, classes: 2, encoder: [dense], head: [head] };

function failure(json: unknown): string {
  try {
    parseModelSpec(json);
  } catch (error) {
    if (isProtoNormError(error, 'invalid-model')) return error.message;
    throw error;
  }
  throw new Error('expected an error');
}

describe('parseModelSpec', () => {
  it.each(modelNames)('JSON and back: %s', (name) => {
    const spec = createModel(name, { input: findModel(name)!.typicalInput, classes: 10 });
    const parsed = parseModelSpec(JSON.parse(JSON.stringify(spec)));
    expect(parsed).toEqual(spec);
    expect(modelKey(parsed)).toBe(modelKey(spec));
  });

  it('takes every kind of layer with every member', () => {
    const json = {
      name: 'all',
      input: [8, 8, 2],
      features: 5,
      classes: 3,
      encoder: [
        {
          kind: 'conv2d',
          name: 'base.conv',
          inputs: 2,
          outputs: 4,
          kernel: [3, 3],
          stride: [1, 1],
          padding: [1, 1],
          groups: 2,
          bias: false,
          init: 'kaiming-normal-fan-out',
        },
        { kind: 'batchNorm', name: 'base.bn', channels: 4, momentum: 0.2, epsilon: 0.001 },
        { kind: 'activation', function: 'relu6' },
        { kind: 'maxPool2d', kernel: [2, 2], stride: [2, 2], padding: [1, 1] },
        { kind: 'residual', body: [{ kind: 'activation', function: 'tanh' }], shortcut: [] },
        { kind: 'gate', body: [{ kind: 'globalAveragePool2d', keepShape: true }] },
        { kind: 'concat', branches: [[], [{ kind: 'channelSlice', start: 0, end: 2 }]] },
        { kind: 'channelShuffle', groups: 3 },
        { kind: 'channelSlice', start: 1, end: 5 },
        { kind: 'dropout', rate: 0.5, unit: 'sample' },
        { kind: 'globalAveragePool2d' },
        { kind: 'flatten' },
        { kind: 'adaptiveAveragePool1d', size: 5 },
      ],
      head: [{ kind: 'dense', name: 'head', inputs: 5, outputs: 3, bias: true, init: 'torch-default' }],
    };
    expect(parseModelSpec(json)).toEqual(json);
    const used = new Set([...json.encoder, ...json.head].map(({ kind }) => kind));
    expect([...used].sort()).toEqual((Object.keys(layerFields) as LayerKind[]).sort());
  });

  it('shares nothing with what it was given', () => {
    const json = structuredClone(tiny);
    const spec = parseModelSpec(json);
    json.input[0] = 99;
    json.encoder[0].outputs = 99;
    expect(spec).toEqual(tiny);
  });

  const conv = { kind: 'conv2d', name: 'base.c', inputs: 1, outputs: 2, kernel: [3, 3] };
  const encoder = (...layers: unknown[]) => ({ ...tiny, encoder: layers });

  it.each<[unknown, string]>([
    [null, 'The model spec must be an object, received null.'],
    [[tiny], 'The model spec must be an object'],
    ['cnn', 'The model spec must be an object, received "cnn".'],
    [
      { ...tiny, feature: 3 },
      "The model spec has the unknown key 'feature', received \"feature\". Did you mean 'features'?",
    ],
    [{ ...tiny, name: '' }, 'name must be a text of 1 to 200 characters, received "".'],
    [{ ...tiny, name: undefined }, 'name must be a text of 1 to 200 characters, received nothing.'],
    [{ ...tiny, input: [4, 0] }, 'input must be a list of 1 to 3 integers >= 1'],
    [{ ...tiny, input: 4 }, 'input must be a list of 1 to 3 integers >= 1'],
    [{ ...tiny, classes: '2' }, 'classes must be an integer >= 1, received "2".'],
    [{ ...tiny, features: 2.5 }, 'features must be an integer >= 1, received 2.5.'],
    [{ ...tiny, encoder: dense }, 'encoder must be a list of layers'],
    [{ ...tiny, head: undefined }, 'head must be a list of layers, received nothing.'],
    [encoder(7), 'encoder[0] must be an object, received 7.'],
    [
      encoder({ ...dense, kind: 'Dense' }),
      'encoder[0].kind is not a kind of layer, received "Dense". Did you mean \'dense\'?',
    ],
    [encoder({ ...dense, kind: 'conv3d' }), "Did you mean 'conv2d'?"],
    [encoder({ ...dense, kind: 'constructor' }), 'Kinds: dense, conv2d, batchNorm'],
    [encoder({ name: 'base.fc' }), 'encoder[0].kind is not a kind of layer, received nothing.'],
    [encoder({ ...dense, ouputs: 3 }), "encoder[0] (dense) has the unknown key 'ouputs'"],
    [
      encoder({ ...dense, ouputs: 3 }),
      "Did you mean 'outputs'? Keys: kind, name, inputs, outputs, bias, init.",
    ],
    [
      encoder({ ...dense, outputs: undefined }),
      'encoder[0].outputs must be an integer >= 1, received nothing.',
    ],
    [encoder({ ...dense, outputs: 2 ** 60 }), 'encoder[0].outputs must be an integer >= 1'],
    [encoder({ ...dense, bias: 1 }), 'encoder[0].bias must be true or false, received 1.'],
    [
      encoder({ ...dense, init: 'zeros' }),
      "encoder[0].init must be one of 'torch-default', 'kaiming-normal-fan-out', 'kaiming-normal-fan-out-zero-bias'",
    ],
    [
      encoder({ ...conv, kernel: 3 }),
      'encoder[0].kernel must be two integers >= 1, [height, width], received 3.',
    ],
    [encoder({ ...conv, stride: [0, 1] }), 'encoder[0].stride must be two integers >= 1'],
    [encoder({ ...conv, padding: [-1, 0] }), 'encoder[0].padding must be two integers >= 0'],
    [encoder({ kind: 'activation', function: 'gelu' }), "encoder[0].function must be one of 'relu', 'relu6'"],
    [encoder({ kind: 'dropout', rate: 1 }), 'encoder[0].rate must be a number in [0, 1), received 1.'],
    [
      encoder({ kind: 'batchNorm', name: 'b', channels: 4, momentum: null }),
      'encoder[0].momentum must be a number in [0, 1]',
    ],
    [
      encoder({ kind: 'batchNorm', name: 'b', channels: 4, epsilon: 0 }),
      'encoder[0].epsilon must be a number > 0',
    ],
    [
      encoder({ kind: 'residual', body: [] }),
      'encoder[0].shortcut must be a list of layers, received nothing.',
    ],
    [
      encoder({ kind: 'residual', body: [{ kind: 'relu' }], shortcut: [] }),
      'encoder[0].body[0].kind is not a kind of layer',
    ],
    [
      encoder({ kind: 'dropout', rate: 0.1, unit: 'row' }),
      "encoder[0].unit must be one of 'value', 'sample'",
    ],
    [encoder({ kind: 'globalAveragePool2d', keepShape: 1 }), 'encoder[0].keepShape must be true or false'],
    [encoder({ kind: 'channelSlice', start: -1, end: 2 }), 'encoder[0].start must be an integer >= 0'],
    [encoder({ kind: 'channelSlice', start: 2, end: 2 }), 'channelSlice has the channels 2 to 2'],
    [encoder({ kind: 'channelSlice', start: 2, end: 9 }), 'channelSlice takes at least 9 channels'],
    [encoder({ kind: 'channelShuffle', groups: 0 }), 'encoder[0].groups must be an integer >= 1'],
    [encoder({ kind: 'gate' }), 'encoder[0].body must be a list of layers, received nothing.'],
    [encoder({ kind: 'concat' }), 'encoder[0].branches must be a list of at least one list of layers'],
    [encoder({ kind: 'concat', branches: [] }), 'encoder[0].branches must be a list of at least one list'],
    [encoder({ kind: 'concat', branches: [[], dense] }), 'encoder[0].branches[1] must be a list of layers'],
    [
      encoder({ kind: 'concat', branches: [[], [{ kind: 'relu' }]] }),
      'encoder[0].branches[1][0].kind is not a kind of layer',
    ],
    [
      encoder({ ...dense, inputs: 5 }),
      "The layer dense 'base.fc' takes [5], but its input has the shape [4].",
    ],
    [
      encoder(dense, { kind: 'activation', function: 'relu' }, { ...dense, inputs: 3 }),
      "two arrays named 'base.fc.weight'",
    ],
    [{ ...tiny, features: 4 }, "The encoder of the model 'tiny' gives [3] instead of [4]."],
    [{ ...tiny, classes: 7 }, "The head of the model 'tiny' gives [2] instead of [7]."],
  ])('refuses %j', (json, message) => {
    expect(failure(json)).toContain(message);
  });

  it('refuses what could not be held, nested or listed', () => {
    const huge = 2 ** 40;
    expect(failure({ ...tiny, input: [huge], encoder: [{ ...dense, inputs: huge }] })).toContain(
      'can be held',
    );
    const image = [{ kind: 'globalAveragePool2d' }, { ...dense, inputs: 1 }];
    expect(failure({ ...tiny, input: [2 ** 30, 2 ** 30, 1], encoder: image })).toContain('can be held');
    let nested: unknown[] = [];
    for (let i = 0; i < 5000; i++) nested = [{ kind: 'residual', body: nested, shortcut: [] }];
    expect(failure(encoder(...nested))).toContain('nested deeper than 8');
    let gates: unknown[] = [];
    for (let i = 0; i < 5000; i++) gates = [{ kind: 'concat', branches: [[{ kind: 'gate', body: gates }]] }];
    expect(failure(encoder(...gates))).toContain('nested deeper than 8');
    const branches = Array.from({ length: 10_001 }, () => []);
    expect(failure(encoder({ kind: 'concat', branches }))).toContain('10000 layers');
    expect(failure(encoder(...Array.from({ length: 10_001 }, () => ({ kind: 'flatten' }))))).toContain(
      '10000 layers',
    );
  });

  it('an own key __proto__ from JSON is an unknown key', () => {
    const json: unknown = JSON.parse('{ "__proto__": { "name": "x" } }');
    expect(failure(json)).toContain("unknown key '__proto__'");
  });

  it('whatever comes in: a spec or invalid-model, nothing else', () => {
    const mutated = fc
      .tuple(fc.constantFrom('name', 'input', 'features', 'classes', 'encoder', 'head'), fc.jsonValue())
      .map(([key, value]) => ({ ...tiny, [key]: value }));
    const layer = fc.record(
      {
        kind: fc.constantFrom(...Object.keys(layerFields)),
        name: fc.jsonValue(),
        inputs: fc.jsonValue(),
        kernel: fc.jsonValue(),
        size: fc.integer(),
      },
      { requiredKeys: ['kind'] },
    );
    const anything = fc.oneof(
      fc.jsonValue(),
      mutated,
      fc.array(layer, { maxLength: 3 }).map((l) => encoder(...l)),
    );
    fc.assert(
      fc.property(anything, (json) => {
        try {
          parseModelSpec(json);
        } catch (error) {
          expect(isProtoNormError(error, 'invalid-model')).toBe(true);
        }
      }),
      { seed: 21, numRuns: 300 },
    );
  });
});
