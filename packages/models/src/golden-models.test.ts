import { existsSync, readFileSync } from 'node:fs';
import { planModel } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { createModel, linear, referenceParameters, type ModelName } from './index.ts';

const golden = new URL('../../../../shared/golden/', import.meta.url);
const has = existsSync(golden);

interface GoldenModels {
  readonly models: Record<
    string,
    {
      readonly params: readonly (readonly [string, readonly number[]])[];
      readonly init_first: readonly number[];
    }
  >;
}

interface GoldenMicro {
  readonly cases: readonly { readonly init: string | readonly Record<string, number[] | number[][]>[] }[];
}

const cases = [
  ['FedAvgCNN', 'cnn', [32, 32, 3]],
  ['resnet8', 'resnet8', [32, 32, 3]],
  ['mobilenet_v2', 'mobilenet_v2', [32, 32, 3]],
  ['shufflenet_v2_x1_0', 'shufflenet_v2_x1_0', [32, 32, 3]],
  ['efficientnet_b0', 'efficientnet_b0', [32, 32, 3]],
  ['DigitsMLP', 'digits-mlp', [8, 8, 1]],
  ['DigitsMLP_128_256', 'digits-mlp-128-256', [8, 8, 1]],
  ['DigitsCNN', 'digits-cnn', [8, 8, 1]],
] as const satisfies [string, ModelName, number[]][];

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, golden), 'utf8')) as T;
}

describe.skipIf(!has)('golden models (skipped without ../shared)', () => {
  it.each(cases)('%s has the names, shapes and order of PyTorch', (reference, name, input) => {
    const plan = planModel(createModel(name, { input, classes: 10 }));
    const { params } = read<GoldenModels>('models.json').models[reference];
    expect(plan.parameters.map(({ name, shape }) => [name, shape])).toEqual(params);
  });

  it.each(cases)('%s starts with the golden weights at seed 1000', (reference, name, input) => {
    const values = referenceParameters(createModel(name, { input, classes: 10 }), 1000);
    const first = read<GoldenModels>('models.json').models[reference].init_first;
    expect([...values.subarray(0, first.length)]).toEqual(first.map(Math.fround));
  });

  it('every initial weight of the micro runs is equal to float32', () => {
    const spec = linear([64], { classes: 10, features: 16 });
    const { parameters } = planModel(spec);
    const drawn = read<GoldenMicro>('micro.json').cases.flatMap(
      ({ init }) => (typeof init === 'string' ? [] : [init]), // the other cases say 'as protonorm_official'
    );
    expect(drawn.length).toBeGreaterThan(0);
    for (const init of drawn) {
      expect(init).toHaveLength(3);
      init.forEach((arrays, client) => {
        const values = referenceParameters(spec, 77000 + client);
        expect(Object.keys(arrays)).toEqual(parameters.map((array) => array.name));
        for (const { name, offset, size } of parameters) {
          const expected = arrays[name].flat().map(Math.fround);
          expect([...values.subarray(offset, offset + size)]).toEqual(expected);
        }
      });
    }
  });
});
