import {
  chainOutputShape,
  planModel,
  ProtoNormError,
  type LayerSpec,
  type ModelSpec,
} from '@protonorm/tensor';

/** What every model family needs to know. */
export interface ModelOptions {
  /** Number of classes C, the width of the logits; an integer >= 1. */
  readonly classes: number;
  /** Feature size d; an integer >= 1. @defaultValue 512 */
  readonly features?: number;
}

/**
 * Completes an encoder to a split model: its output of any length is brought to `features` by adaptive average pooling
 * (left out where it would be the identity), and one dense layer `head` makes the logits.
 *
 * As `BaseHeadSplit` of HtFLlib, which replaces the last layer of a network by `AdaptiveAvgPool1d(feature_dim)`.
 *
 * @throws `invalid-model` when the encoder does not take the input shape
 */
export function splitModel(
  name: string,
  input: readonly number[],
  parts: ModelOptions & {
    readonly encoder: readonly LayerSpec[];
    /** Other layers than the one dense layer `head`. */
    readonly head?: (features: number, classes: number) => readonly LayerSpec[];
  },
): ModelSpec {
  const { classes, features = 512, encoder, head = denseHead } = parts;
  const length = encodedLength(encoder, input);
  const spec: ModelSpec = {
    name,
    input: [...input],
    features,
    classes,
    encoder: length === features ? encoder : [...encoder, { kind: 'adaptiveAveragePool1d', size: features }],
    head: head(features, classes),
  };
  planModel(spec);
  return spec;
}

function denseHead(features: number, classes: number): readonly LayerSpec[] {
  return [{ kind: 'dense', name: 'head', inputs: features, outputs: classes }];
}

/** Length of the vector that an encoder gives. */
export function encodedLength(encoder: readonly LayerSpec[], input: readonly number[]): number {
  return chainOutputShape(encoder, input).reduce((product, size) => product * size, 1);
}

/**
 * The channels of an image shape.
 *
 * @throws `invalid-model` when the shape is not [height, width, channels]
 */
export function imageChannels(name: string, input: readonly number[]): number {
  if (input.length !== 3) {
    throw new ProtoNormError(
      'invalid-model',
      `The model '${name}' takes images [height, width, channels], but the input has the shape [${input.join(', ')}].`,
      { received: input, expected: '[height, width, channels]' },
    );
  }
  return input[2];
}
