import { ProtoNormError, type Conv2dLayer, type LayerSpec, type ModelSpec } from '@protonorm/tensor';
import { batchNorm, flatten, relu } from './layers.ts';
import { namedMlp } from './mlp.ts';
import { encodedLength, splitModel, type ModelOptions } from './split-model.ts';

/** Fewest steps of a series. */
const LEAST_STEPS = 8;
/** Steps of a patch of {@link seriesPatch}. */
const PATCH = 8;

/**
 * One hidden layer of 256 with ReLU over all steps and channels.
 *
 * @param input - [steps, 1, channels], at least 8 steps
 * @throws `invalid-model`
 */
export function seriesMlp(input: readonly number[], options: ModelOptions): ModelSpec {
  checkSeries('series-mlp', input);
  return namedMlp('series-mlp', input, { ...options, hidden: [256] });
}

/**
 * Two convolutions over time of 5 steps, to 32 and 64 channels, each with ReLU and a pooling of 2 steps; dense to 128, ReLU.
 *
 * @param input - [steps, 1, channels], at least 8 steps
 * @throws `invalid-model`
 * @example
 * ```ts
 * import { describeModel, seriesCnn } from '@protonorm/models';
 * describeModel(seriesCnn([100, 1, 6], { classes: 4, features: 128 })).parameters; // => 216740
 * ```
 */
export function seriesCnn(input: readonly number[], options: ModelOptions): ModelSpec {
  const { channels } = checkSeries('series-cnn', input);
  const convolutions: LayerSpec[] = [
    convOverTime('base.conv1', [channels, 32], { kernel: 5 }),
    relu,
    pairs,
    convOverTime('base.conv2', [32, 64], { kernel: 5 }),
    relu,
    pairs,
    flatten,
  ];
  return splitModel('series-cnn', input, {
    ...options,
    encoder: [
      ...convolutions,
      { kind: 'dense', name: 'base.fc1', inputs: encodedLength(convolutions, input), outputs: 128 },
      relu,
    ],
  });
}

/**
 * Three residual blocks of two convolutions over time of 3 steps with batch norm, of 32, 64 and 64 channels, the last two
 * halving the steps; the mean over time, 64 features before pooling.
 *
 * In the manner of the ResNet of Wang, Yan and Oates (arXiv 1611.06455, Fig. 1c), which is wider and has longer kernels.
 *
 * @param input - [steps, 1, channels], at least 8 steps
 * @throws `invalid-model`
 */
export function seriesResnet(input: readonly number[], options: ModelOptions): ModelSpec {
  const { channels } = checkSeries('series-resnet', input);
  return splitModel('series-resnet', input, {
    ...options,
    encoder: [
      ...block('base.block1', [channels, 32], 1),
      ...block('base.block2', [32, 64], 2),
      ...block('base.block3', [64, 64], 2),
      { kind: 'globalAveragePool2d' },
    ],
  });
}

/**
 * Patches of 8 steps, each embedded into 32 numbers by the same weights, then dense layers of 128 over all patches, each
 * with ReLU. Zeros on both sides complete the patches, so that no step is left out.
 *
 * Patches as in PatchTST (Nie et al., arXiv 2211.14730, section 3.1), dense layers in the place of attention.
 *
 * @param input - [steps, 1, channels], at least 8 steps
 * @throws `invalid-model`
 */
export function seriesPatch(input: readonly number[], options: ModelOptions): ModelSpec {
  const { steps, channels } = checkSeries('series-patch', input);
  const absent = Math.ceil(steps / PATCH) * PATCH - steps;
  const patches: LayerSpec[] = [
    convOverTime('base.embedding', [channels, 32], {
      kernel: PATCH,
      stride: PATCH,
      padding: Math.ceil(absent / 2),
    }),
    relu,
    flatten,
  ];
  return splitModel('series-patch', input, {
    ...options,
    encoder: [
      ...patches,
      { kind: 'dense', name: 'base.fc1', inputs: encodedLength(patches, input), outputs: 128 },
      relu,
      { kind: 'dense', name: 'base.fc2', inputs: 128, outputs: 128 },
      relu,
    ],
  });
}

/** Maximum over pairs of steps; an odd last step is left out. */
const pairs: LayerSpec = { kind: 'maxPool2d', kernel: [2, 1] };

/** A convolution over the first axis of [steps, 1, channels]; with stride 1 and the padding left out, it keeps the steps. */
function convOverTime(
  name: string,
  channels: readonly [inputs: number, outputs: number],
  options: {
    readonly kernel: number;
    readonly stride?: number;
    readonly padding?: number;
    readonly normalised?: boolean;
  },
): Conv2dLayer {
  const { kernel, stride = 1, padding = (kernel - 1) / 2, normalised = false } = options;
  return {
    kind: 'conv2d',
    name,
    inputs: channels[0],
    outputs: channels[1],
    kernel: [kernel, 1],
    ...(stride !== 1 && { stride: [stride, 1] as const }),
    ...(padding !== 0 && { padding: [padding, 0] as const }),
    ...(normalised && { bias: false, init: 'kaiming-normal-fan-out' as const }),
  };
}

/** Conv, BN, ReLU, conv, BN, plus the input (through a convolution of 1 step with BN where it has another shape), ReLU. */
function block(
  name: string,
  channels: readonly [inputs: number, outputs: number],
  stride: number,
): readonly LayerSpec[] {
  const [inputs, outputs] = channels;
  const same = inputs === outputs && stride === 1;
  return [
    {
      kind: 'residual',
      body: [
        convOverTime(`${name}.conv1`, channels, { kernel: 3, stride, normalised: true }),
        batchNorm(`${name}.bn1`, outputs),
        relu,
        convOverTime(`${name}.conv2`, [outputs, outputs], { kernel: 3, normalised: true }),
        batchNorm(`${name}.bn2`, outputs),
      ],
      shortcut: same
        ? []
        : [
            convOverTime(`${name}.downsample.0`, channels, { kernel: 1, stride, normalised: true }),
            batchNorm(`${name}.downsample.1`, outputs),
          ],
    },
    relu,
  ];
}

/**
 * The steps and channels of the shape of a series.
 *
 * @throws `invalid-model` when it is not [steps, 1, channels], or too short
 */
function checkSeries(name: string, input: readonly number[]): { steps: number; channels: number } {
  const [steps, width, channels] = input;
  if (input.length !== 3 || width !== 1 || steps < LEAST_STEPS) {
    throw new ProtoNormError(
      'invalid-model',
      `The model '${name}' takes series [steps, 1, channels] of at least ${LEAST_STEPS} steps, but the input has the shape [${input.join(', ')}].`,
      { received: input, expected: '[steps, 1, channels]' },
    );
  }
  return { steps, channels };
}
