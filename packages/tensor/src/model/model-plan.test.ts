import { describe, expect, it } from 'vitest';
import type { LayerSpec } from './layer-spec.ts';
import { planModel } from './model-plan.ts';
import type { ModelSpec } from './model-spec.ts';

/** FedAvgCNN of HtFLlib for CIFAR-10. */
const fedAvgCnn: ModelSpec = {
  name: 'FedAvgCNN',
  input: [32, 32, 3],
  features: 512,
  classes: 10,
  encoder: [
    { kind: 'conv2d', name: 'base.conv1.0', inputs: 3, outputs: 32, kernel: [5, 5] },
    { kind: 'activation', function: 'relu' },
    { kind: 'maxPool2d', kernel: [2, 2] },
    { kind: 'conv2d', name: 'base.conv2.0', inputs: 32, outputs: 64, kernel: [5, 5] },
    { kind: 'activation', function: 'relu' },
    { kind: 'maxPool2d', kernel: [2, 2] },
    { kind: 'flatten' },
    { kind: 'dense', name: 'base.fc1.0', inputs: 1600, outputs: 512 },
    { kind: 'activation', function: 'relu' },
  ],
  head: [{ kind: 'dense', name: 'head', inputs: 512, outputs: 10 }],
};

const withResidual: ModelSpec = {
  name: 'with residual',
  input: [4, 4, 2],
  features: 2,
  classes: 2,
  encoder: [
    {
      kind: 'residual',
      body: [
        {
          kind: 'conv2d',
          name: 'conv',
          inputs: 2,
          outputs: 2,
          kernel: [3, 3],
          padding: [1, 1],
          groups: 2,
          bias: false,
        },
        { kind: 'batchNorm', name: 'bn', channels: 2 },
      ],
      shortcut: [{ kind: 'conv2d', name: 'short', inputs: 2, outputs: 2, kernel: [1, 1] }],
    },
    { kind: 'globalAveragePool2d' },
  ],
  head: [{ kind: 'dense', name: 'head', inputs: 2, outputs: 2, bias: false }],
};

describe('planModel', () => {
  it('lays parameters out as PyTorch does', () => {
    const plan = planModel(fedAvgCnn);
    // Names and shapes of ../shared/golden/models.json.
    expect(plan.parameters.map(({ name, shape }) => [name, shape])).toEqual([
      ['base.conv1.0.weight', [32, 3, 5, 5]],
      ['base.conv1.0.bias', [32]],
      ['base.conv2.0.weight', [64, 32, 5, 5]],
      ['base.conv2.0.bias', [64]],
      ['base.fc1.0.weight', [512, 1600]],
      ['base.fc1.0.bias', [512]],
      ['head.weight', [10, 512]],
      ['head.bias', [10]],
    ]);
    expect(plan.size).toEqual({ all: 878538, encoder: 873408, head: 5130, buffers: 0 });
    expect(plan.multiplyAdds).toBe(28 * 28 * 32 * 75 + 10 * 10 * 64 * 800 + 1600 * 512 + 5120);
  });

  it('walks the body of a residual first, and keeps buffers apart', () => {
    const plan = planModel(withResidual);
    expect(plan.parameters.map(({ name, offset, part }) => [name, offset, part])).toEqual([
      ['conv.weight', 0, 'encoder'],
      ['bn.weight', 18, 'encoder'],
      ['bn.bias', 20, 'encoder'],
      ['short.weight', 22, 'encoder'],
      ['short.bias', 26, 'encoder'],
      ['head.weight', 28, 'head'],
    ]);
    expect(plan.buffers.map(({ name, offset, size }) => [name, offset, size])).toEqual([
      ['bn.running_mean', 0, 2],
      ['bn.running_var', 2, 2],
    ]);
    expect(plan.size).toEqual({ all: 32, encoder: 28, head: 4, buffers: 4 });
    expect(plan.activations).toBe(32 + 32 + 32 + 32 + 2 + 2);
    expect(plan.multiplyAdds).toBe(32 * 9 + 32 * 2 + 4);
  });

  it('walks branches in their order, then what gates them', () => {
    const conv = (name: string): LayerSpec => ({
      kind: 'conv2d',
      name,
      inputs: 2,
      outputs: 2,
      kernel: [1, 1],
      bias: false,
    });
    const plan = planModel({
      ...withResidual,
      features: 4,
      encoder: [
        { kind: 'concat', branches: [[conv('left.1'), conv('left.2')], [conv('right')]] },
        { kind: 'channelSlice', start: 1, end: 3 },
        { kind: 'gate', body: [{ kind: 'globalAveragePool2d', keepShape: true }, conv('gate')] },
        { kind: 'concat', branches: [[], []] },
        { kind: 'globalAveragePool2d' },
      ],
      head: [{ kind: 'dense', name: 'head', inputs: 4, outputs: 2 }],
    });
    expect(plan.parameters.map(({ name, offset }) => [name, offset])).toEqual([
      ['left.1.weight', 0],
      ['left.2.weight', 4],
      ['right.weight', 8],
      ['gate.weight', 12],
      ['head.weight', 16],
      ['head.bias', 24],
    ]);
    expect(plan.multiplyAdds).toBe(3 * 16 * 4 + 4 + 8);
    expect(plan.activations).toBe(3 * 32 + 64 + 32 + (2 + 2) + 32 + 64 + 4 + 2);
  });

  it('has arrays that cover each part without gaps', () => {
    for (const spec of [fedAvgCnn, withResidual]) {
      const plan = planModel(spec);
      for (const [arrays, total] of [
        [plan.parameters, plan.size.all],
        [plan.buffers, plan.size.buffers],
      ] as const) {
        const end = arrays.reduce((at, { offset, size, shape }) => {
          expect(offset).toBe(at);
          expect(size).toBe(shape.reduce((a, b) => a * b, 1));
          return at + size;
        }, 0);
        expect(end).toBe(total);
      }
      expect(plan.size.encoder + plan.size.head).toBe(plan.size.all);
    }
  });

  it.each<[string, Partial<ModelSpec>, RegExp]>([
    ['no features', { features: 0 }, /features .* >= 1/],
    ['half a class', { classes: 2.5 }, /classes .* >= 1/],
    ['an empty input', { input: [] }, /lists/],
    ['a size of 0', { input: [4, 0, 2] }, /input .* >= 1/],
    ['no encoder', { encoder: undefined }, /lists/],
    ['an encoder that ends elsewhere', { features: 3 }, /encoder .* gives \[2\] instead of \[3\]/],
    ['a head that ends elsewhere', { classes: 3 }, /head .* gives \[2\] instead of \[3\]/],
    ['features that are no vector', { encoder: [], features: 32, head: [] }, /encoder/],
    [
      'a name twice',
      { head: [{ kind: 'dense', name: 'bn', inputs: 2, outputs: 2 }] },
      /two arrays named 'bn.weight'/,
    ],
  ])('refuses %s', (_, change, message) => {
    const spec = { ...withResidual, ...change } as ModelSpec;
    expect(() => planModel(spec)).toThrowError(
      expect.objectContaining({ code: 'invalid-model', message: expect.stringMatching(message) }),
    );
  });
});
