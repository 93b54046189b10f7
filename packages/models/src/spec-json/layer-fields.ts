import type { ActivationLayer, DropoutLayer, LayerKind, WeightInit } from '@protonorm/tensor';
import { count, flag, index, number, oneOf, pairFrom, text, type FieldCheck } from './field-check.ts';

/** The members of one kind of layer beside `kind`; `layers` are members that hold layers themselves. */
interface LayerFields {
  readonly required?: Readonly<Record<string, FieldCheck>>;
  readonly optional?: Readonly<Record<string, FieldCheck>>;
  readonly layers?: readonly string[];
  /** Members that hold a list of lists of layers. */
  readonly branches?: readonly string[];
}

const activations = [
  'relu',
  'relu6',
  'silu',
  'tanh',
  'sigmoid',
] as const satisfies ActivationLayer['function'][];
const inits = [
  'torch-default',
  'kaiming-normal-fan-out',
  'kaiming-normal-fan-out-zero-bias',
] as const satisfies WeightInit[];
const units = ['value', 'sample'] as const satisfies DropoutLayer['unit'][];

/** Every kind of layer and its members, as in `LayerSpec` of `@protonorm/tensor`. */
export const layerFields: Readonly<Record<LayerKind, LayerFields>> = {
  dense: {
    required: { name: text, inputs: count, outputs: count },
    optional: { bias: flag, init: oneOf(...inits) },
  },
  conv2d: {
    required: { name: text, inputs: count, outputs: count, kernel: pairFrom(1) },
    optional: {
      stride: pairFrom(1),
      padding: pairFrom(0),
      groups: count,
      bias: flag,
      init: oneOf(...inits),
    },
  },
  batchNorm: {
    required: { name: text, channels: count },
    optional: {
      momentum: number('a number in [0, 1]', (value) => value >= 0 && value <= 1),
      epsilon: number('a number > 0', (value) => value > 0),
    },
  },
  activation: { required: { function: oneOf(...activations) } },
  maxPool2d: { required: { kernel: pairFrom(1) }, optional: { stride: pairFrom(1), padding: pairFrom(0) } },
  globalAveragePool2d: { optional: { keepShape: flag } },
  flatten: {},
  adaptiveAveragePool1d: { required: { size: count } },
  dropout: {
    required: { rate: number('a number in [0, 1)', (value) => value >= 0 && value < 1) },
    optional: { unit: oneOf(...units) },
  },
  channelSlice: { required: { start: index, end: count } },
  channelShuffle: { required: { groups: count } },
  concat: { branches: ['branches'] },
  gate: { layers: ['body'] },
  residual: { layers: ['body', 'shortcut'] },
};
