import type { GateLayer, LayerSpec, ModelSpec } from '@protonorm/tensor';
import { conv, silu } from './layers.ts';
import { normalisedConv, type NormalisedConvOptions } from './normalised-conv.ts';
import { imageChannels, splitModel, type ModelOptions } from './split-model.ts';

/** Table 1 of the paper: expansion, kernel, stride of the first block, output channels, blocks. */
const STAGES = [
  [1, 3, 1, 16, 1],
  [6, 3, 2, 24, 2],
  [6, 5, 2, 40, 2],
  [6, 3, 2, 80, 3],
  [6, 5, 1, 112, 3],
  [6, 5, 2, 192, 4],
  [6, 3, 1, 320, 1],
] as const;
/** Rate of stochastic depth behind the last block; it grows from 0 with the depth. */
const DEPTH_RATE = 0.2;
/** Rate of dropout in front of the last layer. */
const HEAD_RATE = 0.2;
const init = 'kaiming-normal-fan-out-zero-bias';

/**
 * EfficientNet-B0 of torchvision (Tan and Le, arXiv 1905.11946), of ProtoNorm's group Ht0: 16 inverted residual blocks with
 * SiLU, squeeze-and-excitation and stochastic depth, 1280 features before pooling to `features`. Its head is dropout and the
 * dense layer `head.1`, as in the reference. Training therefore needs randomness.
 *
 * @param input - [height, width, channels], any size; made for 224x224, so that 32x32 images shrink to one pixel
 * @throws `invalid-model`
 * @example
 * ```ts
 * import { describeModel, efficientnetB0 } from '@protonorm/models';
 * describeModel(efficientnetB0([32, 32, 3], { classes: 10 })).parameters; // => 4012678
 * ```
 */
export function efficientnetB0(input: readonly number[], options: ModelOptions): ModelSpec {
  const stem = 32;
  const last = 1280;
  const total = STAGES.reduce((sum, [, , , , count]) => sum + count, 0);
  const blocks: LayerSpec[] = [];
  let channels: number = stem;
  let block = 0;
  for (const [stage, [expansion, kernel, stride, outputs, count]] of STAGES.entries()) {
    for (let i = 0; i < count; i++) {
      blocks.push(
        ...mobileBlock(`base.features.${stage + 1}.${i}.block`, [channels, outputs], {
          expansion,
          kernel,
          stride: i === 0 ? stride : 1,
          depthRate: (DEPTH_RATE * block++) / total,
        }),
      );
      channels = outputs;
    }
  }
  return splitModel('efficientnet_b0', input, {
    ...options,
    encoder: [
      ...unit('base.features.0', [imageChannels('efficientnet_b0', input), stem], { kernel: 3, stride: 2 }),
      ...blocks,
      ...unit('base.features.8', [channels, last]),
      { kind: 'globalAveragePool2d' },
    ],
    head: (features, classes) => [
      { kind: 'dropout', rate: HEAD_RATE },
      { kind: 'dense', name: 'head.1', inputs: features, outputs: classes },
    ],
  });
}

/** MBConv: expand by 1x1, depthwise, squeeze and excite, project by 1x1; plus the input where it fits. */
function mobileBlock(
  name: string,
  [inputs, outputs]: readonly [number, number],
  options: {
    readonly expansion: number;
    readonly kernel: number;
    readonly stride: number;
    readonly depthRate: number;
  },
): readonly LayerSpec[] {
  const { expansion, kernel, stride, depthRate } = options;
  const hidden = inputs * expansion;
  const expand = expansion === 1 ? [] : [unit(`${name}.0`, [inputs, hidden])];
  const at = expand.length;
  const body: LayerSpec[] = [
    ...expand.flat(),
    ...unit(`${name}.${at}`, [hidden, hidden], { kernel, stride, depthwise: true }),
    // Squeezed by the block's input channels, not by those that it expands to.
    squeezeAndExcite(`${name}.${at + 1}`, [hidden, Math.max(1, Math.floor(inputs / 4))]),
    ...normalisedConv([`${name}.${at + 2}.0`, `${name}.${at + 2}.1`], [hidden, outputs], { init }),
  ];
  if (stride !== 1 || inputs !== outputs) return body;
  return [
    {
      kind: 'residual',
      body: [...body, { kind: 'dropout', rate: depthRate, unit: 'sample' }],
      shortcut: [],
    },
  ];
}

/** Hu et al., arXiv 1709.01507: each channel times a number in (0, 1) that two layers make of all channels' means. */
function squeezeAndExcite(name: string, [channels, squeezed]: readonly [number, number]): GateLayer {
  return {
    kind: 'gate',
    body: [
      { kind: 'globalAveragePool2d', keepShape: true },
      conv(`${name}.fc1`, [channels, squeezed], { kernel: 1, init }),
      silu,
      conv(`${name}.fc2`, [squeezed, channels], { kernel: 1, init }),
      { kind: 'activation', function: 'sigmoid' },
    ],
  };
}

/** Convolution, batch norm, SiLU. */
function unit(
  name: string,
  channels: readonly [number, number],
  options: NormalisedConvOptions = {},
): readonly LayerSpec[] {
  return normalisedConv([`${name}.0`, `${name}.1`], channels, { activation: silu, init, ...options });
}
