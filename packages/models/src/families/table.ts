import { ProtoNormError, type DenseLayer, type LayerSpec, type ModelSpec } from '@protonorm/tensor';
import { relu } from './layers.ts';
import { namedMlp } from './mlp.ts';
import { splitModel, type ModelOptions } from './split-model.ts';

/** Numbers between the layers of all models of this file. */
const WIDTH = 64;

/**
 * Two hidden layers of 64 with ReLU.
 *
 * @param input - [length]
 * @throws `invalid-model`
 */
export function tableMlp(input: readonly number[], options: ModelOptions): ModelSpec {
  tableLength('table-mlp', input);
  return namedMlp('table-mlp', input, { ...options, hidden: [WIDTH, WIDTH] });
}

/**
 * Four dense layers of 64 with ReLU, the last three as residuals: y = x + relu(W x + b).
 *
 * @param input - [length]
 * @throws `invalid-model`
 * @example
 * ```ts
 * import { describeModel, tableDeep } from '@protonorm/models';
 * describeModel(tableDeep([16], { classes: 26, features: 64 })).parameters; // => 15258
 * ```
 */
export function tableDeep(input: readonly number[], options: ModelOptions): ModelSpec {
  const residual = (i: number): LayerSpec => ({
    kind: 'residual',
    body: [dense(`base.layer${i}`, WIDTH), relu],
    shortcut: [],
  });
  return splitModel('table-deep', input, {
    ...options,
    encoder: [
      dense('base.layer0', tableLength('table-deep', input)),
      relu,
      residual(1),
      residual(2),
      residual(3),
    ],
  });
}

/**
 * Two dense layers of 64, the outputs h of each multiplied by gates sigmoid(W h + b) number by number; ReLU at the end.
 *
 * In the manner of gated linear units (Dauphin et al., arXiv 1612.08083, Eq. 1), whose gates see the input of the layer.
 *
 * @param input - [length]
 * @throws `invalid-model`
 */
export function tableGated(input: readonly number[], options: ModelOptions): ModelSpec {
  const gated = (i: number, inputs: number): readonly LayerSpec[] => [
    dense(`base.layer${i}`, inputs),
    { kind: 'gate', body: [dense(`base.gate${i}`, WIDTH), { kind: 'activation', function: 'sigmoid' }] },
  ];
  return splitModel('table-gated', input, {
    ...options,
    encoder: [...gated(0, tableLength('table-gated', input)), ...gated(1, WIDTH), relu],
  });
}

function dense(name: string, inputs: number): DenseLayer {
  return { kind: 'dense', name, inputs, outputs: WIDTH };
}

/**
 * The length of the rows of a table.
 *
 * @throws `invalid-model` when the shape is not [length]
 */
function tableLength(name: string, input: readonly number[]): number {
  if (input.length === 1) return input[0];
  throw new ProtoNormError(
    'invalid-model',
    `The model '${name}' takes rows of a table [length], but the input has the shape [${input.join(', ')}].`,
    { received: input, expected: '[length]' },
  );
}
