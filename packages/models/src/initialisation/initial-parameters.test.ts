import { createRng, planModel, type ModelSpec } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createModel, fittingModels } from '../registry/create-model.ts';
import { modelCatalogue, modelNames } from '../registry/model-catalogue.ts';
import { initialBuffers, initialParameters } from './initial-parameters.ts';

const rng = createRng(42).split('init');

function arraysOf(spec: ModelSpec, values: Float32Array): Map<string, Float32Array> {
  return new Map(
    planModel(spec).parameters.map(({ name, offset, size }) => [
      name,
      values.subarray(offset, offset + size),
    ]),
  );
}

/** Bit equality; `toEqual` takes seconds for millions of numbers. */
function sameBits(a: Float32Array, b: Float32Array): boolean {
  return Buffer.from(a.buffer).equals(Buffer.from(b.buffer));
}

function moments(values: Float32Array): { mean: number; deviation: number; largest: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return {
    mean,
    deviation: Math.sqrt(variance),
    largest: values.reduce((m, x) => Math.max(m, Math.abs(x)), 0),
  };
}

describe('initialParameters', () => {
  it.each(modelNames)('%s: finite, of the length of the plan, the same for the same path', (name) => {
    const { typicalInput } = modelCatalogue[name];
    const input = fittingModels([16, 16, 2]).includes(name) ? [16, 16, 2] : typicalInput;
    const spec = createModel(name, { input, classes: 5, features: 64 });
    const values = initialParameters(spec, rng);
    expect(values).toHaveLength(planModel(spec).size.all);
    expect(values.every(Number.isFinite)).toBe(true);
    expect(sameBits(initialParameters(spec, createRng(42).split('init')), values)).toBe(true);
    expect(sameBits(initialParameters(spec, rng.split('other')), values)).toBe(false);
  });

  it('does not depend on how many numbers were drawn from the stream before', () => {
    const spec = createModel('linear', { input: [4], classes: 2, features: 3 });
    const used = createRng(42).split('init');
    used.normal();
    expect(initialParameters(spec, used)).toEqual(initialParameters(spec, rng));
  });

  it('arrays are independent of the other layers: a wider head or another layer changes nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 40 }), (classes, width) => {
        const options = { input: [6], classes, features: 8 };
        const short = createModel('mlp', { ...options, hidden: [12] });
        const long = createModel('mlp', { ...options, hidden: [12, width] });
        const [a, b] = [short, long].map((spec) => arraysOf(spec, initialParameters(spec, rng)));
        for (const name of a.keys()) expect(b.get(name)).toEqual(a.get(name));
      }),
      { seed: 8, numRuns: 40 },
    );
  });

  it('dense and conv layers: uniform within 1 / sqrt(fan_in), weight and bias', () => {
    const spec = createModel('cnn', { input: [32, 32, 3], classes: 100 });
    const arrays = arraysOf(spec, initialParameters(spec, rng));
    for (const [layer, fanIn] of [
      ['base.conv1.0', 75],
      ['base.conv2.0', 800],
      ['base.fc1.0', 1600],
      ['head', 512],
    ] as const) {
      const bound = 1 / Math.sqrt(fanIn);
      for (const role of ['weight', 'bias']) {
        const values = arrays.get(`${layer}.${role}`)!;
        const { mean, deviation, largest } = moments(values);
        // Five standard errors of the mean and of the deviation of a uniform distribution.
        const error = bound / Math.sqrt(values.length);
        expect(Math.abs(mean)).toBeLessThan((5 * error) / Math.sqrt(3));
        expect(Math.abs(deviation - bound / Math.sqrt(3))).toBeLessThan(5 * error * 0.26);
        expect(largest).toBeLessThanOrEqual(Math.fround(bound));
        expect(largest).toBeGreaterThan(bound * (1 - 10 / values.length));
      }
    }
  });

  it('convolutions of ResNets: normal with variance 2 / fan_out; batch norm 1 and 0; the head as by default', () => {
    const spec = createModel('resnet8', { input: [32, 32, 3], classes: 10 });
    const arrays = arraysOf(spec, initialParameters(spec, rng));
    for (const [name, fanOut] of [
      ['base.conv1', 64 * 49],
      ['base.layer_0.conv2', 64 * 9],
      ['base.layer_1.conv1', 128 * 9],
      ['base.layer_2.downsample.0', 256],
    ] as const) {
      const values = arrays.get(`${name}.weight`)!;
      const expected = Math.sqrt(2 / fanOut);
      const { mean, deviation } = moments(values);
      expect(Math.abs(mean)).toBeLessThan((5 * expected) / Math.sqrt(values.length));
      expect(Math.abs(deviation / expected - 1)).toBeLessThan(5 / Math.sqrt(2 * values.length));
    }
    expect(arrays.get('base.bn1.weight')!.every((x) => x === 1)).toBe(true);
    expect(arrays.get('base.layer_2.bn3.bias')!.every((x) => x === 0)).toBe(true);
    expect(moments(arrays.get('head.weight')!).largest).toBeLessThanOrEqual(Math.fround(1 / Math.sqrt(512)));
  });

  it('EfficientNet: convolutions normal by fan_out also where they have biases, which are 0', () => {
    const spec = createModel('efficientnet_b0', { input: [32, 32, 3], classes: 10 });
    const arrays = arraysOf(spec, initialParameters(spec, rng));
    const weights = arrays.get('base.features.6.1.block.2.fc1.weight')!; // 48 x 1152 x 1 x 1
    expect(Math.abs(moments(weights).deviation / Math.sqrt(2 / 48) - 1)).toBeLessThan(
      5 / Math.sqrt(2 * 48 * 1152),
    );
    expect(arrays.get('base.features.6.1.block.2.fc1.bias')!.every((x) => x === 0)).toBe(true);
    expect(moments(arrays.get('head.1.bias')!).largest).toBeGreaterThan(0);
  });

  it('fan_in of grouped convolutions counts the channels of one group', () => {
    const spec: ModelSpec = {
      name: 'grouped',
      input: [8, 8, 64],
      features: 64,
      classes: 2,
      encoder: [
        { kind: 'conv2d', name: 'base.conv', inputs: 64, outputs: 64, kernel: [3, 3], groups: 16 },
        { kind: 'globalAveragePool2d' },
      ],
      head: [{ kind: 'dense', name: 'head', inputs: 64, outputs: 2 }],
    };
    const { largest } = moments(arraysOf(spec, initialParameters(spec, rng)).get('base.conv.weight')!);
    expect(largest).toBeLessThanOrEqual(1 / 6);
    expect(largest).toBeGreaterThan(0.99 / 6);
  });
});

describe('initialBuffers', () => {
  it('running means 0 and variances 1', () => {
    const spec = createModel('resnet4', { input: [32, 32, 3], classes: 10 });
    const values = initialBuffers(spec);
    const { buffers } = planModel(spec);
    expect(buffers).toHaveLength(6);
    for (const { role, offset, size } of buffers) {
      expect(new Set(values.subarray(offset, offset + size))).toEqual(
        new Set([role === 'running_var' ? 1 : 0]),
      );
    }
  });

  it('empty without batch norm', () => {
    expect(initialBuffers(createModel('cnn', { input: [32, 32, 3], classes: 10 }))).toHaveLength(0);
  });
});
