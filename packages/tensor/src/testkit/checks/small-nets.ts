import type { ModelSpec } from '../../model/model-spec.ts';

/** Dense, tanh, dense: smooth everywhere, no buffers. */
export const smallMlp: ModelSpec = {
  name: 'small mlp',
  input: [4],
  features: 5,
  classes: 3,
  encoder: [
    { kind: 'dense', name: 'base.fc1', inputs: 4, outputs: 6 },
    { kind: 'activation', function: 'tanh' },
    { kind: 'dense', name: 'base.fc2', inputs: 6, outputs: 5 },
  ],
  head: [{ kind: 'dense', name: 'head', inputs: 5, outputs: 3 }],
};

/** A little of everything that small conv nets are made of, dropout excepted. */
export const smallConvNet: ModelSpec = {
  name: 'small conv net',
  input: [6, 5, 2],
  features: 5,
  classes: 3,
  encoder: [
    {
      kind: 'conv2d',
      name: 'base.conv1',
      inputs: 2,
      outputs: 4,
      kernel: [3, 3],
      padding: [1, 1],
      bias: false,
    },
    { kind: 'batchNorm', name: 'base.bn1', channels: 4 },
    { kind: 'activation', function: 'relu' },
    { kind: 'maxPool2d', kernel: [2, 2] },
    {
      kind: 'residual',
      body: [
        {
          kind: 'conv2d',
          name: 'base.block.conv',
          inputs: 4,
          outputs: 4,
          kernel: [3, 3],
          padding: [1, 1],
          groups: 2,
        },
        { kind: 'batchNorm', name: 'base.block.bn', channels: 4 },
      ],
      shortcut: [],
    },
    { kind: 'activation', function: 'relu6' },
    { kind: 'globalAveragePool2d' },
    { kind: 'adaptiveAveragePool1d', size: 5 },
  ],
  head: [{ kind: 'dense', name: 'head', inputs: 5, outputs: 3 }],
};

/** What ShuffleNet and EfficientNet are made of: slices, a shuffle, branches and a gate, one within the other. */
export const smallBranchNet: ModelSpec = {
  name: 'small net with branches',
  input: [4, 4, 3],
  features: 4,
  classes: 3,
  encoder: [
    { kind: 'conv2d', name: 'base.conv', inputs: 3, outputs: 4, kernel: [3, 3], padding: [1, 1] },
    {
      kind: 'concat',
      branches: [
        [{ kind: 'channelSlice', start: 0, end: 2 }],
        [
          { kind: 'channelSlice', start: 2, end: 4 },
          { kind: 'conv2d', name: 'base.branch.conv', inputs: 2, outputs: 2, kernel: [1, 1], bias: false },
          { kind: 'batchNorm', name: 'base.branch.bn', channels: 2 },
          { kind: 'activation', function: 'silu' },
        ],
      ],
    },
    { kind: 'channelShuffle', groups: 2 },
    {
      kind: 'residual',
      body: [
        {
          kind: 'gate',
          body: [
            { kind: 'globalAveragePool2d', keepShape: true },
            { kind: 'conv2d', name: 'base.gate.fc1', inputs: 4, outputs: 2, kernel: [1, 1] },
            { kind: 'activation', function: 'silu' },
            { kind: 'conv2d', name: 'base.gate.fc2', inputs: 2, outputs: 4, kernel: [1, 1] },
            { kind: 'activation', function: 'sigmoid' },
          ],
        },
      ],
      shortcut: [],
    },
    { kind: 'globalAveragePool2d' },
  ],
  head: [{ kind: 'dense', name: 'head', inputs: 4, outputs: 3 }],
};

/** With dropout in the encoder and in the head. */
export const smallDropoutNet: ModelSpec = {
  name: 'small net with dropout',
  input: [8],
  features: 6,
  classes: 3,
  encoder: [
    { kind: 'dense', name: 'base.fc', inputs: 8, outputs: 6 },
    { kind: 'dropout', rate: 0.5 },
  ],
  head: [
    { kind: 'dropout', rate: 0.2 },
    { kind: 'dense', name: 'head', inputs: 6, outputs: 3 },
  ],
};

/** Dropout alone, so that its mask can be seen: features = inputs * mask / (1 - rate). */
export function dropoutAlone(size: number, rate: number): ModelSpec {
  return {
    name: 'dropout alone',
    input: [size],
    features: size,
    classes: 2,
    encoder: [{ kind: 'dropout', rate }],
    head: [{ kind: 'dense', name: 'head', inputs: size, outputs: 2 }],
  };
}

/** Stochastic depth: features = inputs where a sample's body was dropped, inputs + body / (1 - rate) elsewhere. */
export function stochasticDepth(rate: number): ModelSpec {
  return {
    name: 'stochastic depth',
    input: [2, 1, 3],
    features: 6,
    classes: 2,
    encoder: [
      {
        kind: 'residual',
        body: [
          { kind: 'conv2d', name: 'base.conv', inputs: 3, outputs: 3, kernel: [1, 1] },
          { kind: 'dropout', rate, unit: 'sample' },
        ],
        shortcut: [],
      },
      { kind: 'flatten' },
    ],
    head: [{ kind: 'dense', name: 'head', inputs: 6, outputs: 2 }],
  };
}
