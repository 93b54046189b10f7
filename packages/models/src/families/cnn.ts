import type { LayerSpec, ModelSpec } from '@protonorm/tensor';
import { conv, flatten, maxPool2, relu } from './layers.ts';
import { encodedLength, imageChannels, splitModel, type ModelOptions } from './split-model.ts';

/**
 * FedAvgCNN of HtFLlib: conv 5x5 to 32, ReLU, pool 2; conv 5x5 to 64, ReLU, pool 2; dense to 512, ReLU.
 *
 * No padding: flattened 1,024 numbers for 28x28 images, 1,600 for 32x32, 10,816 for 64x64. 878,538 parameters for
 * 32x32x3 and 10 classes, names and order as in the released code.
 *
 * @param input - [height, width, channels], at least 16x16
 * @throws `invalid-model` for smaller images and other shapes
 * @example
 * ```ts
 * import { cnn, describeModel } from '@protonorm/models';
 * describeModel(cnn([32, 32, 3], { classes: 10 })).parameters; // => 878538
 * ```
 */
export function cnn(input: readonly number[], options: ModelOptions): ModelSpec {
  const channels = imageChannels('cnn', input);
  const convolutions: LayerSpec[] = [
    conv('base.conv1.0', [channels, 32], { kernel: 5 }),
    relu,
    maxPool2,
    conv('base.conv2.0', [32, 64], { kernel: 5 }),
    relu,
    maxPool2,
    flatten,
  ];
  return splitModel('cnn', input, {
    ...options,
    encoder: [
      ...convolutions,
      { kind: 'dense', name: 'base.fc1.0', inputs: encodedLength(convolutions, input), outputs: 512 },
      relu,
    ],
  });
}
