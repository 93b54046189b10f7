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
