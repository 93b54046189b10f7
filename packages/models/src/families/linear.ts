import type { ModelSpec } from '@protonorm/tensor';
import { flatten } from './layers.ts';
import { encodedLength, splitModel, type ModelOptions } from './split-model.ts';

/**
 * The smallest split model: features z = W x + b without activation, then the head.
 *
 * With input [64], 16 features and 10 classes it is the model of the golden micro runs (`base.lin`, 1,210 parameters).
 *
 * @param input - any shape; images are flattened in PyTorch's order
 * @throws `invalid-model`
 * @example
 * ```ts
 * import { describeModel, linear } from '@protonorm/models';
 * describeModel(linear([64], { classes: 10, features: 16 })).parameters; // => 1210
 * ```
 */
export function linear(input: readonly number[], options: ModelOptions): ModelSpec {
  const { features = 512 } = options;
  return splitModel('linear', input, {
    ...options,
    encoder: [
      ...(input.length === 1 ? [] : [flatten]),
      { kind: 'dense', name: 'base.lin', inputs: encodedLength([], input), outputs: features },
    ],
  });
}
