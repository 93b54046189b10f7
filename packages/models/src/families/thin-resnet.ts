import type { ModelSpec } from '@protonorm/tensor';
import { basicStages } from './basic-block.ts';
import { batchNorm, conv, relu } from './layers.ts';
import { imageChannels, splitModel, type ModelOptions } from './split-model.ts';

/**
 * A residual net for small images: conv 3x3 stride 2 to the first width, BN, ReLU, one basic block for each width, mean
 * over the image.
 *
 * @throws `invalid-model` when the input is no image
 */
export function thinResNet(
  name: string,
  input: readonly number[],
  options: ModelOptions & { readonly widths: readonly number[] },
): ModelSpec {
  const { widths, ...rest } = options;
  const channels = imageChannels(name, input);
  return splitModel(name, input, {
    ...rest,
    encoder: [
      conv('base.conv1', [channels, widths[0]], {
        kernel: 3,
        stride: 2,
        padding: 1,
        bias: false,
        init: 'kaiming-normal-fan-out',
      }),
      batchNorm('base.bn1', widths[0]),
      relu,
      ...basicStages(widths[0], widths),
      { kind: 'globalAveragePool2d' },
    ],
  });
}
