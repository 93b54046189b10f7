import { ProtoNormError } from '../errors/protonorm-error.ts';
import { innerChains } from './inner-chains.ts';
import { chainOutputShape, layerOutputShape } from './layer-shape.ts';
import type { LayerSpec } from './layer-spec.ts';
import { modelKey, type ModelSpec } from './model-spec.ts';

/** The parts of a learner's numbers that can be read and written. */
export type ModelPart =
  /** All trained parameters. */
  | 'all'
  /** The trained parameters of the encoder. */
  | 'encoder'
  /** The trained parameters of the head. */
  | 'head'
  /** What is not trained: running statistics of batch normalisation. They never leave a client by default. */
  | 'buffers';

/** One named array of a model, and where it lies in the flat vector of its part. */
export interface ModelArray {
  /** As in PyTorch's state dict: 'base.conv1.weight'. */
  readonly name: string;
  /** PyTorch's layout: [out, in], [out, in, kh, kw], [channels]. */
  readonly shape: readonly number[];
  readonly size: number;
  /** Position in the vector of all parameters (or of all buffers). */
  readonly offset: number;
  readonly part: 'encoder' | 'head';
  /** The layer it belongs to, and what it is there. */
  readonly layer: LayerSpec;
  readonly role: 'weight' | 'bias' | 'running_mean' | 'running_var';
}

/** A checked model: shapes, parameters and costs, known before anything is allocated. */
export interface ModelPlan {
  readonly spec: ModelSpec;
  readonly key: string;
  /** In the order of PyTorch's `named_parameters()`: encoder, then head. */
  readonly parameters: readonly ModelArray[];
  readonly buffers: readonly ModelArray[];
  /** Numbers in each part. */
  readonly size: Readonly<Record<ModelPart, number>>;
  /** Multiply-adds of one forward pass of one sample (convolutions and dense layers). */
  readonly multiplyAdds: number;
  /** Numbers that one sample's activations take in a forward pass. */
  readonly activations: number;
}

/**
 * Checks a model spec and derives its parameter table and costs.
 *
 * @throws `invalid-model` when layers do not fit each other, the features or the classes, or names repeat
 * @example
 * ```ts
 * import { planModel } from '@protonorm/tensor';
 * const plan = planModel({
 *   name: 'tiny',
 *   input: [4],
 *   features: 3,
 *   classes: 2,
 *   encoder: [{ kind: 'dense', name: 'base.fc', inputs: 4, outputs: 3 }],
 *   head: [{ kind: 'dense', name: 'head', inputs: 3, outputs: 2 }],
 * });
 * plan.size.all; // => 23
 * ```
 */
export function planModel(spec: ModelSpec): ModelPlan {
  if (
    ![spec.input, spec.encoder, spec.head].every((list) => Array.isArray(list)) ||
    spec.input.length === 0
  ) {
    throw new ProtoNormError(
      'invalid-model',
      `The model '${spec.name}' needs lists as input shape, encoder and head.`,
      { received: spec, hint: 'The input is [length] or [height, width, channels].' },
    );
  }
  for (const [what, value] of [
    ['features', spec.features],
    ['classes', spec.classes],
    ...spec.input.map((n) => ['input', n]),
  ] as [string, number][]) {
    if (!(Number.isInteger(value) && value >= 1)) {
      throw new ProtoNormError(
        'invalid-model',
        `${what} of the model '${spec.name}' must be integers >= 1, received ${value}.`,
        { received: value },
      );
    }
  }
  const encoded = chainOutputShape(spec.encoder, spec.input);
  checkOutput(spec, 'encoder', encoded, spec.features);
  checkOutput(spec, 'head', chainOutputShape(spec.head, encoded), spec.classes);

  const parameters: ModelArray[] = [];
  const buffers: ModelArray[] = [];
  const size = { all: 0, encoder: 0, head: 0, buffers: 0 };
  const names = new Set<string>();
  let multiplyAdds = 0;
  let activations = 0;

  const walk = (
    layers: readonly LayerSpec[],
    input: readonly number[],
    part: 'encoder' | 'head',
  ): readonly number[] => {
    let shape = input;
    for (const layer of layers) {
      const output = layerOutputShape(layer, shape);
      for (const chain of innerChains(layer)) walk(chain, shape, part);
      for (const { role, shape: arrayShape } of arraysOf(layer)) {
        const name = `${(layer as { name: string }).name}.${role}`;
        if (names.has(name)) {
          throw new ProtoNormError(
            'invalid-model',
            `The model '${spec.name}' has two arrays named '${name}'.`,
            { received: name },
          );
        }
        names.add(name);
        const count = product(arrayShape);
        const buffer = role === 'running_mean' || role === 'running_var';
        (buffer ? buffers : parameters).push({
          name,
          shape: arrayShape,
          size: count,
          offset: buffer ? size.buffers : size.all,
          part,
          layer,
          role,
        });
        if (buffer) size.buffers += count;
        else {
          size.all += count;
          size[part] += count;
        }
      }
      if (layer.kind === 'dense') multiplyAdds += layer.inputs * layer.outputs;
      if (layer.kind === 'conv2d')
        multiplyAdds += product(output) * (layer.inputs / (layer.groups ?? 1)) * product(layer.kernel);
      activations += product(output);
      shape = output;
    }
    return shape;
  };
  walk(spec.head, walk(spec.encoder, spec.input, 'encoder'), 'head');
  return { spec, key: modelKey(spec), parameters, buffers, size, multiplyAdds, activations };
}

/** The arrays of a layer in PyTorch's order. */
function arraysOf(layer: LayerSpec): readonly { role: ModelArray['role']; shape: readonly number[] }[] {
  switch (layer.kind) {
    case 'dense':
    case 'conv2d': {
      const shape =
        layer.kind === 'dense'
          ? [layer.outputs, layer.inputs]
          : [layer.outputs, layer.inputs / (layer.groups ?? 1), ...layer.kernel];
      const weight = { role: 'weight' as const, shape };
      return (layer.bias ?? true) ? [weight, { role: 'bias', shape: [layer.outputs] }] : [weight];
    }
    case 'batchNorm':
      return (['weight', 'bias', 'running_mean', 'running_var'] as const).map((role) => ({
        role,
        shape: [layer.channels],
      }));
    default:
      return [];
  }
}

function checkOutput(spec: ModelSpec, part: string, shape: readonly number[], expected: number): void {
  if (shape.length === 1 && shape[0] === expected) return;
  throw new ProtoNormError(
    'invalid-model',
    `The ${part} of the model '${spec.name}' gives [${shape.join(', ')}] instead of [${expected}].`,
    {
      received: shape,
      expected: [expected],
    },
  );
}

function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
