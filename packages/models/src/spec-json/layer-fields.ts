import type { ActivationLayer, LayerKind, WeightInit } from '@protonorm/tensor';
import { count, flag, number, oneOf, pairFrom, text, type FieldCheck } from './field-check.ts';

/** The members of one kind of layer beside `kind`; `layers` are members that hold layers themselves. */
interface LayerFields {
  readonly required?: Readonly<Record<string, FieldCheck>>;
  readonly optional?: Readonly<Record<string, FieldCheck>>;
  readonly layers?: readonly string[];
}

const activations = [
  'relu',
  'relu6',
  'silu',
  'tanh',
  'sigmoid',
] as const satisfies ActivationLayer['function'][];
const inits = ['torch-default', 'kaiming-normal-fan-out'] as const satisfies WeightInit[];

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
  globalAveragePool2d: {},
  flatten: {},
  adaptiveAveragePool1d: { required: { size: count } },
  dropout: { required: { rate: number('a number in [0, 1)', (value) => value >= 0 && value < 1) } },
  residual: { layers: ['body', 'shortcut'] },
};
