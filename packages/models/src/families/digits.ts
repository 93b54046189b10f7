import type { ModelSpec } from '@protonorm/tensor';
import { conv, flatten, maxPool2, relu } from './layers.ts';
import { namedMlp } from './mlp.ts';
import { imageChannels, splitModel, type ModelOptions } from './split-model.ts';
import { thinResNet } from './thin-resnet.ts';

/**
 * DigitsMLP of the reference runs: one hidden layer of 512 with ReLU; 38,410 parameters for 8x8x1 and 10 classes.
 *
 * @throws `invalid-model`
 */
export function digitsMlp(input: readonly number[], options: ModelOptions): ModelSpec {
  return namedMlp('digits-mlp', input, { ...options, hidden: [512] });
}

/**
 * DigitsMLP_128_256 of the reference runs: hidden layers of 128 and 256; with 512 features each value appears twice.
 *
 * @throws `invalid-model`
 */
export function digitsMlp128x256(input: readonly number[], options: ModelOptions): ModelSpec {
  return namedMlp('digits-mlp-128-256', input, { ...options, hidden: [128, 256] });
}

/**
 * DigitsCNN of the reference runs: conv 3x3 to 16, ReLU, pool 2, conv 3x3 to 32, ReLU, both with padding 1; the 4x4x32
 * activations are the 512 features. (Layers and their order were found from the golden features.)
 *
 * @param input - [height, width, channels], at least 2x2
 * @throws `invalid-model`
 */
export function digitsCnn(input: readonly number[], options: ModelOptions): ModelSpec {
  const channels = imageChannels('digits-cnn', input);
  return splitModel('digits-cnn', input, {
    ...options,
    encoder: [
      conv('base.conv1', [channels, 16], { kernel: 3, padding: 1 }),
      relu,
      maxPool2,
      conv('base.conv2', [16, 32], { kernel: 3, padding: 1 }),
      relu,
      flatten,
    ],
  });
}

/**
 * A residual net for 8x8 images: conv 3x3 stride 2 to 16, BN, ReLU, basic blocks of 16 and 32 channels, mean over the
 * image; 32 features before pooling. Ours: the reference's fourth net for digits is not among the golden vectors.
 *
 * @param input - [height, width, channels], any size
 * @throws `invalid-model`
 */
export function digitsResnet(input: readonly number[], options: ModelOptions): ModelSpec {
  return thinResNet('digits-resnet', input, { ...options, widths: [16, 32] });
}
