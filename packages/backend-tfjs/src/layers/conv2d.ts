import type { Conv2dLayer } from '@protonorm/tensor';
import type { Device, Tensor } from '../device/device.ts';
import { concat, concatChannels, slice, symmetricPadding } from '../device/operations.ts';
import { columnSums } from '../loop-kernels/column-sums.ts';
import type { Layer, LayerContext } from './layer.ts';

/** Attributes of tfjs's convolution kernels and of their gradients. */
interface ConvolutionAttributes {
  readonly strides: readonly [number, number];
  readonly pad: ReturnType<typeof symmetricPadding>;
  readonly dilations: readonly [number, number];
  readonly dataFormat: 'NHWC';
}

/** One of the three ways a convolution runs: all channels together, each for itself, or groups of them. */
export interface Convolution {
  forward(x: Tensor, filter: Tensor, bias: Tensor | undefined): Tensor;
  filterGradient(x: Tensor, dy: Tensor, filter: Tensor): Tensor;
  inputGradient(x: Tensor, dy: Tensor, filter: Tensor): Tensor;
}

/** 2-D convolution with stride, padding and groups. */
export function conv2dLayer(spec: Conv2dLayer, { device, parameter }: LayerContext): Layer {
  const weight = parameter(`${spec.name}.weight`)!;
  const bias = parameter(`${spec.name}.bias`);
  const convolution = convolutionOf(spec, device);
  return {
    forward(x) {
      return {
        output: convolution.forward(x, weight.tensor, bias?.tensor),
        saved: [x],
        backward(dy, wanted) {
          weight.addGradientTensor(convolution.filterGradient(x, dy, weight.tensor));
          if (bias) bias.addGradient(device.inspect([dy], (values) => columnSums(values, spec.outputs)));
          return wanted ? convolution.inputGradient(x, dy, weight.tensor) : undefined;
        },
      };
    },
  };
}

/** The kernels that a convolution of this form calls. */
export function convolutionOf(
  { groups = 1, inputs, stride = [1, 1], padding = [0, 0] }: Conv2dLayer,
  device: Device,
): Convolution {
  const attributes: ConvolutionAttributes = {
    strides: stride,
    pad: symmetricPadding(padding),
    dilations: [1, 1],
    dataFormat: 'NHWC',
  };
  if (groups === 1) return dense(device, attributes);
  if (groups === inputs) return depthwise(device, attributes);
  return grouped(device, dense(device, attributes), groups);
}

/** Filter [kh, kw, in, out]. */
function dense(device: Device, attributes: ConvolutionAttributes): Convolution {
  return {
    forward: (x, filter, bias) =>
      bias
        ? device.run('FusedConv2D', { x, filter, bias }, { ...attributes, activation: 'linear' })
        : device.run('Conv2D', { x, filter }, attributes),
    filterGradient: (x, dy, filter) =>
      device.run('Conv2DBackpropFilter', { x, dy }, { ...attributes, filterShape: filter.shape }),
    inputGradient: (x, dy, filter) =>
      device.run('Conv2DBackpropInput', { dy, filter }, { ...attributes, inputShape: x.shape }),
  };
}

/** Filter [kh, kw, in, multiplier]; output channel c * multiplier + m belongs to input channel c. */
function depthwise(device: Device, attributes: ConvolutionAttributes): Convolution {
  return {
    forward: (x, filter, bias) =>
      bias
        ? device.run('FusedDepthwiseConv2D', { x, filter, bias }, { ...attributes, activation: 'linear' })
        : device.run('DepthwiseConv2dNative', { x, filter }, attributes),
    filterGradient: (x, dy, filter) =>
      device.run(
        'DepthwiseConv2dNativeBackpropFilter',
        { x, dy },
        { ...attributes, filterShape: filter.shape },
      ),
    inputGradient: (x, dy, filter) =>
      device.run(
        'DepthwiseConv2dNativeBackpropInput',
        { dy, filter },
        { ...attributes, inputShape: x.shape },
      ),
  };
}

/** Filter [group, kh, kw, in / groups, out / groups]: a dense convolution for each group, on slices of the channels. */
function grouped(device: Device, one: Convolution, groups: number): Convolution {
  const channelsOf = (x: Tensor, group: number): Tensor => {
    const size = x.shape.at(-1)! / groups;
    const outer = x.shape.slice(0, -1);
    return slice(device, x, [...outer.map(() => 0), group * size], [...outer, size]);
  };
  const filterOf = (filter: Tensor, group: number): Tensor => {
    const shape = filter.shape.slice(1);
    const part = slice(device, filter, [group, 0, 0, 0, 0], [1, ...shape]);
    return device.reshape(part, shape);
  };
  const each = (run: (group: number) => Tensor): Tensor[] =>
    Array.from({ length: groups }, (_, group) => run(group));
  return {
    forward: (x, filter, bias) =>
      concatChannels(
        device,
        each((group) =>
          one.forward(channelsOf(x, group), filterOf(filter, group), bias && channelsOf(bias, group)),
        ),
      ),
    filterGradient(x, dy, filter) {
      const parts = each((group) =>
        one.filterGradient(channelsOf(x, group), channelsOf(dy, group), filterOf(filter, group)),
      );
      const shape = [1, ...filter.shape.slice(1)];
      return concat(
        device,
        parts.map((part) => device.reshape(part, shape)),
        0,
      );
    },
    inputGradient: (x, dy, filter) =>
      concatChannels(
        device,
        each((group) =>
          one.inputGradient(channelsOf(x, group), channelsOf(dy, group), filterOf(filter, group)),
        ),
      ),
  };
}
