import { ProtoNormError } from '../errors/protonorm-error.ts';
import { checkLayer, layerName } from './layer-check.ts';
import type { LayerSpec } from './layer-spec.ts';

/**
 * The shape that a layer gives for an input shape (both without the batch), by PyTorch's formulas.
 *
 * @throws `invalid-model` when a number of the layer is out of range or it does not take this shape; the message names
 *   the layer
 * @example
 * ```ts
 * import { layerOutputShape } from '@protonorm/tensor';
 * layerOutputShape({ kind: 'maxPool2d', kernel: [2, 2] }, [7, 6, 3]); // => [3, 3, 3]
 * ```
 */
export function layerOutputShape(layer: LayerSpec, input: readonly number[]): readonly number[] {
  checkLayer(layer);
  const fail = (why: string): never => {
    throw new ProtoNormError(
      'invalid-model',
      `The layer ${layerName(layer)} ${why}, but its input has the shape [${input.join(', ')}].`,
      { received: input, expected: layer },
    );
  };
  switch (layer.kind) {
    case 'dense':
      if (input.length !== 1 || input[0] !== layer.inputs) fail(`takes [${layer.inputs}]`);
      return [layer.outputs];
    case 'conv2d': {
      const { kernel, stride = [1, 1], padding = [0, 0] } = layer;
      if (input.length !== 3 || input[2] !== layer.inputs) fail(`takes [height, width, ${layer.inputs}]`);
      const [height, width] = windowedShape(input, { kernel, stride, padding });
      if (height < 1 || width < 1) fail(`has a kernel of ${kernel.join('x')}`);
      return [height, width, layer.outputs];
    }
    case 'maxPool2d': {
      const { kernel, stride = kernel, padding = [0, 0] } = layer;
      if (input.length !== 3) fail('takes [height, width, channels]');
      const [height, width] = windowedShape(input, { kernel, stride, padding });
      if (height < 1 || width < 1) fail(`has a kernel of ${kernel.join('x')}`);
      return [height, width, input[2]];
    }
    case 'batchNorm':
      if (input.at(-1) !== layer.channels) fail(`takes ${layer.channels} channels`);
      return input;
    case 'globalAveragePool2d':
      if (input.length !== 3) fail('takes [height, width, channels]');
      return layer.keepShape ? [1, 1, input[2]] : [input[2]];
    case 'flatten':
      return [input.reduce((product, size) => product * size, 1)];
    case 'adaptiveAveragePool1d':
      if (input.length !== 1) fail('takes [length]');
      return [layer.size];
    case 'dropout':
    case 'activation':
      return input;
    case 'channelSlice': {
      const channels = input.at(-1)!;
      if (layer.end > channels) fail(`takes at least ${layer.end} channels`);
      return [...input.slice(0, -1), layer.end - layer.start];
    }
    case 'channelShuffle':
      if (input.at(-1)! % layer.groups !== 0)
        fail(`has ${layer.groups} groups, which do not divide its channels`);
      return input;
    case 'concat': {
      const outputs = layer.branches.map((branch) => chainOutputShape(branch, input));
      const outer = outputs[0].slice(0, -1);
      for (const output of outputs) {
        if (output.slice(0, -1).join() !== outer.join() || output.length !== outputs[0].length)
          fail(`puts [${output.join(', ')}] beside [${outputs[0].join(', ')}]`);
      }
      return [...outer, outputs.reduce((sum, output) => sum + output.at(-1)!, 0)];
    }
    case 'gate': {
      const factors = chainOutputShape(layer.body, input);
      const forAllPixels = input.length === 3 && factors.join() === `1,1,${input[2]}`;
      if (factors.join() !== input.join() && !forAllPixels) fail(`multiplies with [${factors.join(', ')}]`);
      return input;
    }
    case 'residual': {
      const body = chainOutputShape(layer.body, input);
      const shortcut = chainOutputShape(layer.shortcut, input);
      if (body.join() !== shortcut.join()) fail(`adds [${body.join(', ')}] to [${shortcut.join(', ')}]`);
      return body;
    }
  }
}

/** The shape that a chain of layers gives. */
export function chainOutputShape(layers: readonly LayerSpec[], input: readonly number[]): readonly number[] {
  return layers.reduce<readonly number[]>((shape, layer) => layerOutputShape(layer, shape), input);
}

/** floor((size + 2 padding - kernel) / stride) + 1 on both axes. */
function windowedShape(
  input: readonly number[],
  window: Readonly<Record<'kernel' | 'stride' | 'padding', readonly [number, number]>>,
): [number, number] {
  const { kernel, stride, padding } = window;
  return [0, 1].map(
    (axis) => Math.floor((input[axis] + 2 * padding[axis] - kernel[axis]) / stride[axis]) + 1,
  ) as [number, number];
}
