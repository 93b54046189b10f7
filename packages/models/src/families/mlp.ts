import { ProtoNormError, type LayerSpec, type ModelSpec } from '@protonorm/tensor';
import { flatten, relu } from './layers.ts';
import { encodedLength, splitModel, type ModelOptions } from './split-model.ts';

/** Settings of {@link mlp}. */
export interface MlpOptions extends ModelOptions {
  /** Widths of the hidden layers, at least one, integers >= 1. @defaultValue [256, 256] */
  readonly hidden?: readonly number[];
}

/**
 * Multi-layer perceptron: dense and ReLU for each hidden width; the last hidden activation, pooled to `features`, is z.
 *
 * Parameters are named as in `Sequential(Linear, ReLU, Linear, ReLU, ...)`: `base.body.0`, `base.body.2`, ...
 *
 * @param input - any shape; images are flattened in PyTorch's order
 * @throws `invalid-model`
 * @example
 * ```ts
 * import { mlp } from '@protonorm/models';
 * mlp([13], { classes: 3, features: 32, hidden: [64, 32] }).encoder.length; // => 4
 * ```
 */
export function mlp(input: readonly number[], options: MlpOptions): ModelSpec {
  return namedMlp('mlp', input, options);
}

/** An {@link mlp} under a name of its own. */
export function namedMlp(name: string, input: readonly number[], options: MlpOptions): ModelSpec {
  const { hidden = [256, 256], ...rest } = options;
  if (!(hidden.length >= 1 && hidden.every((width) => Number.isInteger(width) && width >= 1))) {
    throw new ProtoNormError(
      'invalid-model',
      `hidden of the model '${name}' must be at least one integer >= 1, received [${hidden.join(', ')}].`,
      { received: hidden, hint: 'For a model without hidden layers take linear.' },
    );
  }
  const encoder: LayerSpec[] = input.length === 1 ? [] : [flatten];
  let inputs = encodedLength([], input);
  hidden.forEach((outputs, i) => {
    encoder.push({ kind: 'dense', name: `base.body.${2 * i}`, inputs, outputs }, relu);
    inputs = outputs;
  });
  return splitModel(name, input, { ...rest, encoder });
}
