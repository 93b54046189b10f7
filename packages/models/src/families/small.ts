import type { LayerSpec, ModelSpec } from '@protonorm/tensor';
import { batchNorm, conv, flatten, maxPool2, relu } from './layers.ts';
import { namedMlp } from './mlp.ts';
import { encodedLength, imageChannels, splitModel, type ModelOptions } from './split-model.ts';
import { thinResNet } from './thin-resnet.ts';

/**
 * One hidden layer of 128 with ReLU.
 *
 * @throws `invalid-model`
 */
export function smallMlp(input: readonly number[], options: ModelOptions): ModelSpec {
  return namedMlp('small-mlp', input, { ...options, hidden: [128] });
}

/**
 * A net in the manner of LeNet-5: conv 5x5 to 8, ReLU, pool 2, conv 5x5 to 16, ReLU, pool 2, both with padding 2; dense to
 * 128, ReLU.
 *
 * @param input - [height, width, channels], at least 4x4
 * @throws `invalid-model`
 */
export function smallCnn(input: readonly number[], options: ModelOptions): ModelSpec {
  const channels = imageChannels('small-cnn', input);
  const convolutions: LayerSpec[] = [
    conv('base.conv1', [channels, 8], { kernel: 5, padding: 2 }),
    relu,
    maxPool2,
    conv('base.conv2', [8, 16], { kernel: 5, padding: 2 }),
    relu,
    maxPool2,
    flatten,
  ];
  return splitModel('small-cnn', input, {
    ...options,
    encoder: [
      ...convolutions,
      { kind: 'dense', name: 'base.fc1', inputs: encodedLength(convolutions, input), outputs: 128 },
      relu,
    ],
  });
}

/**
 * Convolutions only: 3x3 with padding 1 to 16, 32 and 64 channels, each with BN and ReLU, pool 2 between them, then the
 * mean over the image; 64 features before pooling.
 *
 * @param input - [height, width, channels], at least 4x4
 * @throws `invalid-model`
 */
export function smallCnnDeep(input: readonly number[], options: ModelOptions): ModelSpec {
  const widths = [imageChannels('small-cnn-deep', input), 16, 32, 64];
  const stage = (i: number): LayerSpec[] => [
    conv(`base.conv${i}`, [widths[i - 1], widths[i]], { kernel: 3, padding: 1, bias: false }),
    batchNorm(`base.bn${i}`, widths[i]),
    relu,
  ];
  return splitModel('small-cnn-deep', input, {
    ...options,
    encoder: [...stage(1), maxPool2, ...stage(2), maxPool2, ...stage(3), { kind: 'globalAveragePool2d' }],
  });
}

/**
 * A residual net for 28x28 images: conv 3x3 stride 2 to 16, BN, ReLU, basic blocks of 16, 32 and 64 channels, mean over
 * the image; 64 features before pooling.
 *
 * @param input - [height, width, channels], any size
 * @throws `invalid-model`
 */
export function smallResnet(input: readonly number[], options: ModelOptions): ModelSpec {
  return thinResNet('small-resnet', input, { ...options, widths: [16, 32, 64] });
}
