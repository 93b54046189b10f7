import { ProtoNormError } from '../errors/protonorm-error.ts';
import type { LayerSpec } from './layer-spec.ts';

/**
 * The shape that a layer gives for an input shape (both without the batch).
 *
 * @throws `invalid-model` when the layer does not take this shape; the message names the layer
 */
export function layerOutputShape(layer: LayerSpec, input: readonly number[]): readonly number[] {
  const fail = (why: string): never => {
    const name = 'name' in layer ? `${layer.kind} '${layer.name}'` : layer.kind;
    throw new ProtoNormError(
      'invalid-model',
      `The layer ${name} ${why}, but its input has the shape [${input.join(', ')}].`,
      {
        received: input,
        expected: layer,
      },
    );
  };
  switch (layer.kind) {
    case 'dense':
      if (input.length !== 1 || input[0] !== layer.inputs) fail(`takes [${layer.inputs}]`);
      return [layer.outputs];
    case 'conv2d': {
      const groups = layer.groups ?? 1;
      if (layer.inputs % groups !== 0 || layer.outputs % groups !== 0)
        fail(`has ${groups} groups, which do not divide its channels`);
      if (input.length !== 3 || input[2] !== layer.inputs) fail(`takes [height, width, ${layer.inputs}]`);
      const [height, width] = windowedShape(
        input,
        layer.kernel,
        layer.stride ?? [1, 1],
        layer.padding ?? [0, 0],
      );
      if (height < 1 || width < 1) fail(`has a kernel of ${layer.kernel.join('x')}`);
      return [height, width, layer.outputs];
    }
    case 'maxPool2d': {
      if (input.length !== 3) fail('takes [height, width, channels]');
      const padding = layer.padding ?? [0, 0];
      if (padding[0] * 2 > layer.kernel[0] || padding[1] * 2 > layer.kernel[1])
        fail('has a padding above half its kernel');
      const [height, width] = windowedShape(input, layer.kernel, layer.stride ?? layer.kernel, padding);
      if (height < 1 || width < 1) fail(`has a kernel of ${layer.kernel.join('x')}`);
      return [height, width, input[2]];
    }
    case 'batchNorm':
      if (input.at(-1) !== layer.channels) fail(`takes ${layer.channels} channels`);
      return input;
    case 'globalAveragePool2d':
      if (input.length !== 3) fail('takes [height, width, channels]');
      return [input[2]];
    case 'flatten':
      return [input.reduce((product, size) => product * size, 1)];
    case 'adaptiveAveragePool1d':
      if (input.length !== 1) fail('takes [length]');
      if (!(Number.isInteger(layer.size) && layer.size >= 1)) fail(`has the size ${layer.size}`);
      return [layer.size];
    case 'dropout':
      if (!(layer.rate >= 0 && layer.rate < 1)) fail(`has the rate ${layer.rate}, outside of [0, 1)`);
      return input;
    case 'activation':
      return input;
    case 'residual': {
      const body = chainOutputShape(layer.body, input);
      const shortcut = chainOutputShape(layer.shortcut, input);
      if (body.join() !== shortcut.join()) fail(`adds [${body.join(', ')}] to [${shortcut.join(', ')}]`);
      return body;
    }
    default: {
      const unknown: never = layer;
      throw new ProtoNormError('invalid-model', `Unknown kind of layer: ${JSON.stringify(unknown)}.`, {
        received: unknown,
      });
    }
  }
}

/** The shape that a chain of layers gives. */
export function chainOutputShape(layers: readonly LayerSpec[], input: readonly number[]): readonly number[] {
  return layers.reduce<readonly number[]>((shape, layer) => layerOutputShape(layer, shape), input);
}

function windowedShape(
  input: readonly number[],
  kernel: readonly [number, number],
  stride: readonly [number, number],
  padding: readonly [number, number],
): [number, number] {
  return [0, 1].map(
    (axis) => Math.floor((input[axis] + 2 * padding[axis] - kernel[axis]) / stride[axis]) + 1,
  ) as [number, number];
}
