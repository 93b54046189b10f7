import type { LayerSpec, ModelSpec } from '@protonorm/tensor';
import { relu, stemPool } from './layers.ts';
import { normalisedConv } from './normalised-conv.ts';
import { imageChannels, splitModel, type ModelOptions } from './split-model.ts';

/** Table 5 of the paper, width 1x: channels and units of the stages 2, 3 and 4. */
const STAGES = [
  [116, 4],
  [232, 8],
  [464, 4],
] as const;

/**
 * ShuffleNetV2 1.0x of torchvision (Ma et al., arXiv 1807.11164), of ProtoNorm's group Ht0: units that split the channels,
 * convolve one half and shuffle both, 1024 features before pooling to `features`.
 *
 * @param input - [height, width, channels], any size; made for 224x224, so that 32x32 images shrink to one pixel
 * @throws `invalid-model`
 * @example
 * ```ts
 * import { describeModel, shufflenetV2 } from '@protonorm/models';
 * describeModel(shufflenetV2([32, 32, 3], { classes: 10 })).parameters; // => 1258734
 * ```
 */
export function shufflenetV2(input: readonly number[], options: ModelOptions): ModelSpec {
  const stem = 24;
  const last = 1024;
  let channels: number = stem;
  const units = STAGES.flatMap(([outputs, count], stage) =>
    Array.from({ length: count }, (_, i) => {
      const name = `base.stage${stage + 2}.${i}`;
      const unit = i === 0 ? halvingUnit(name, [channels, outputs]) : plainUnit(name, outputs);
      channels = outputs;
      return unit;
    }).flat(),
  );
  return splitModel('shufflenet_v2_x1_0', input, {
    ...options,
    encoder: [
      ...normalisedConv(
        ['base.conv1.0', 'base.conv1.1'],
        [imageChannels('shufflenet_v2_x1_0', input), stem],
        { kernel: 3, stride: 2, activation: relu },
      ),
      stemPool,
      ...units,
      ...normalisedConv(['base.conv5.0', 'base.conv5.1'], [channels, last], { activation: relu }),
      { kind: 'globalAveragePool2d' },
    ],
  });
}

/** Fig. 3 (c): the first half of the channels stays, the second is convolved. */
function plainUnit(name: string, channels: number): readonly LayerSpec[] {
  const half = channels / 2;
  return joined([
    [{ kind: 'channelSlice', start: 0, end: half }],
    [{ kind: 'channelSlice', start: half, end: channels }, ...convolved(name, [half, half], 1)],
  ]);
}

/** Fig. 3 (d): both branches see all channels and halve the image. */
function halvingUnit(name: string, [inputs, outputs]: readonly [number, number]): readonly LayerSpec[] {
  const half = outputs / 2;
  const first = (at: number): [string, string] => [`${name}.branch1.${at}`, `${name}.branch1.${at + 1}`];
  return joined([
    [
      ...normalisedConv(first(0), [inputs, inputs], { kernel: 3, stride: 2, depthwise: true }),
      ...normalisedConv(first(2), [inputs, half], { activation: relu }),
    ],
    convolved(name, [inputs, half], 2),
  ]);
}

/** The branch of three convolutions: 1x1, depthwise 3x3, 1x1. */
function convolved(
  name: string,
  [inputs, outputs]: readonly [number, number],
  stride: number,
): readonly LayerSpec[] {
  const second = (at: number): [string, string] => [`${name}.branch2.${at}`, `${name}.branch2.${at + 1}`];
  return [
    ...normalisedConv(second(0), [inputs, outputs], { activation: relu }),
    ...normalisedConv(second(3), [outputs, outputs], { kernel: 3, stride, depthwise: true }),
    ...normalisedConv(second(5), [outputs, outputs], { activation: relu }),
  ];
}

function joined(branches: readonly (readonly LayerSpec[])[]): readonly LayerSpec[] {
  return [
    { kind: 'concat', branches },
    { kind: 'channelShuffle', groups: 2 },
  ];
}
