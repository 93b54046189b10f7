import type { LayerSpec, ModelSpec } from '@protonorm/tensor';
import { basicStages, torchvisionStages } from './basic-block.ts';
import { batchNorm, conv, relu, stemPool } from './layers.ts';
import { imageChannels, splitModel, type ModelOptions } from './split-model.ts';

const WIDTHS = [64, 128, 256, 512] as const;

/**
 * ResNet-4 of HtFLlib: stem and one basic block of 64 channels; 64 features before pooling to `features`.
 *
 * The stem of all: conv 7x7 stride 2 padding 3 to 64 without bias, BN, ReLU, max pool 3x3 stride 2 padding 1; at the
 * end the mean over the image. Convolutions start Kaiming-normal by fan-out.
 *
 * @param input - [height, width, channels], any size
 * @throws `invalid-model`
 */
export function resnet4(input: readonly number[], options: ModelOptions): ModelSpec {
  return smallResNet('resnet4', input, options, 1);
}

/** ResNet-6 of HtFLlib: blocks of 64 and 128 channels, 128 features before pooling. See {@link resnet4}. */
export function resnet6(input: readonly number[], options: ModelOptions): ModelSpec {
  return smallResNet('resnet6', input, options, 2);
}

/**
 * ResNet-8 of HtFLlib and of ProtoNorm's group Ht0: blocks of 64, 128 and 256 channels, 256 features before pooling
 * (with `features` 512 each of them appears twice). See {@link resnet4}.
 *
 * @example
 * ```ts
 * import { describeModel, resnet8 } from '@protonorm/models';
 * describeModel(resnet8([32, 32, 3], { classes: 10 })).parameters; // => 1237834
 * ```
 */
export function resnet8(input: readonly number[], options: ModelOptions): ModelSpec {
  return smallResNet('resnet8', input, options, 3);
}

/** ResNet-10 of HtFLlib: blocks of 64, 128, 256 and 512 channels, 512 features. See {@link resnet4}. */
export function resnet10(input: readonly number[], options: ModelOptions): ModelSpec {
  return smallResNet('resnet10', input, options, 4);
}

/**
 * ResNet-18 of torchvision (He et al., arXiv 1512.03385, Table 1), HtFLlib's group HmRes18: four stages of two blocks, 512
 * features. Stem and initial weights as {@link resnet4}.
 *
 * @param input - [height, width, channels], any size
 * @throws `invalid-model`
 * @example
 * ```ts
 * import { describeModel, resnet18 } from '@protonorm/models';
 * describeModel(resnet18([32, 32, 3], { classes: 10 })).parameters; // => 11181642
 * ```
 */
export function resnet18(input: readonly number[], options: ModelOptions): ModelSpec {
  return residualNet('resnet18', input, { ...options, stages: torchvisionStages([2, 2, 2, 2]) });
}

function smallResNet(
  name: string,
  input: readonly number[],
  options: ModelOptions,
  count: number,
): ModelSpec {
  return residualNet(name, input, { ...options, stages: basicStages(64, WIDTHS.slice(0, count)) });
}

/** The stem of 64 channels, stages of blocks, the mean over the image. */
function residualNet(
  name: string,
  input: readonly number[],
  { stages, ...options }: ModelOptions & { readonly stages: readonly LayerSpec[] },
): ModelSpec {
  const channels = imageChannels(name, input);
  return splitModel(name, input, {
    ...options,
    encoder: [
      conv('base.conv1', [channels, 64], {
        kernel: 7,
        stride: 2,
        padding: 3,
        bias: false,
        init: 'kaiming-normal-fan-out',
      }),
      batchNorm('base.bn1', 64),
      relu,
      stemPool,
      ...stages,
      { kind: 'globalAveragePool2d' },
    ],
  });
}
