import type { LayerSpec, ModelSpec } from '@protonorm/tensor';
import { relu6 } from './layers.ts';
import { normalisedConv, type NormalisedConvOptions } from './normalised-conv.ts';
import { imageChannels, splitModel, type ModelOptions } from './split-model.ts';

/** Table 2 of the paper: expansion, output channels, blocks, stride of the first block. */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;
const init = 'kaiming-normal-fan-out';

/**
 * MobileNetV2 of torchvision (Sandler et al., arXiv 1801.04381), of ProtoNorm's group Ht0: 17 inverted residual blocks with
 * depthwise convolutions and ReLU6, 1280 features before pooling to `features`. The classifier's dropout is not there, as in
 * the reference, whose split puts one dense layer in place of the classifier.
 *
 * @param input - [height, width, channels], any size; made for 224x224, so that 32x32 images shrink to one pixel
 * @throws `invalid-model`
 * @example
 * ```ts
 * import { describeModel, mobilenetV2 } from '@protonorm/models';
 * describeModel(mobilenetV2([32, 32, 3], { classes: 10 })).parameters; // => 2229002
 * ```
 */
export function mobilenetV2(input: readonly number[], options: ModelOptions): ModelSpec {
  const stem = 32;
  const last = 1280;
  const blocks: LayerSpec[] = [];
  let channels: number = stem;
  let position = 1;
  for (const [expansion, outputs, count, stride] of STAGES) {
    for (let i = 0; i < count; i++) {
      const name = `base.features.${position++}.conv`;
      blocks.push(
        ...invertedResidual(name, [channels, outputs], { expansion, stride: i === 0 ? stride : 1 }),
      );
      channels = outputs;
    }
  }
  return splitModel('mobilenet_v2', input, {
    ...options,
    encoder: [
      ...unit('base.features.0', [imageChannels('mobilenet_v2', input), stem], { kernel: 3, stride: 2 }),
      ...blocks,
      ...unit(`base.features.${position}`, [channels, last]),
      { kind: 'globalAveragePool2d' },
    ],
  });
}

/** Fig. 3 of the paper: expand by 1x1, depthwise 3x3, project by 1x1 without activation; plus the input where it fits. */
function invertedResidual(
  name: string,
  [inputs, outputs]: readonly [number, number],
  { expansion, stride }: { readonly expansion: number; readonly stride: number },
): readonly LayerSpec[] {
  const hidden = inputs * expansion;
  const expand = expansion === 1 ? [] : [unit(`${name}.0`, [inputs, hidden])];
  const at = expand.length;
  const body = [
    ...expand.flat(),
    ...unit(`${name}.${at}`, [hidden, hidden], { kernel: 3, stride, depthwise: true }),
    ...normalisedConv([`${name}.${at + 1}`, `${name}.${at + 2}`], [hidden, outputs], { init }),
  ];
  return stride === 1 && inputs === outputs ? [{ kind: 'residual', body, shortcut: [] }] : body;
}

/** Convolution, batch norm, ReLU6. */
function unit(
  name: string,
  channels: readonly [number, number],
  options: NormalisedConvOptions = {},
): readonly LayerSpec[] {
  return normalisedConv([`${name}.0`, `${name}.1`], channels, { activation: relu6, init, ...options });
}
