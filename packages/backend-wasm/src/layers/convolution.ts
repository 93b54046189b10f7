import type { Conv2dLayer } from '@protonorm/tensor';
import { layerOutputShape } from '@protonorm/tensor';
import type { ArrayHandle, GraphBuilder } from '../graph/graph-builder.ts';
import type { View } from '../graph/view.ts';
import { isDepthwise } from '../parameters/parameter-layout.ts';
import { usefulShare, type ConvolutionGeometry } from './convolution-geometry.ts';
import { depthwiseConvolution } from './depthwise-convolution.ts';
import { directConvolution } from './direct-convolution.ts';
import { winogradConvolution, winogradStep } from './winograd-convolution.ts';

/** A convolution, or a dense layer over a whole image, once its parameters are known. */
export interface Convolution {
  readonly name: string;
  readonly x: View;
  readonly y: View;
  readonly weights: ArrayHandle;
  readonly bias: ArrayHandle | undefined;
  readonly groups: number;
  readonly geometry: ConvolutionGeometry;
  /** max(., 0) at the end. */
  readonly relu: boolean;
  /** A max pool is all that reads y, and passes gradients on only where y > 0. */
  readonly pooled: boolean;
}

/** Products with padding are left out, a tap at a time, where fewer than this share of them are not with padding. */
const WORTH_LEAVING_OUT = 0.8;

/** y = x * filters + bias, by the way that needs the fewest products. */
export function convolution(
  layer: Conv2dLayer,
  x: View,
  options: {
    readonly graph: GraphBuilder;
    readonly target: View | undefined;
    readonly relu: boolean;
    readonly pooled: boolean;
  },
): View {
  const { graph, target, relu, pooled } = options;
  const { name, kernel, stride = [1, 1], padding = [0, 0], groups = 1, bias = true } = layer;
  const shape = layerOutputShape(layer, x.shape);
  const y = graph.output(name, shape, target);
  const parts: Convolution = {
    name,
    x,
    y,
    weights: graph.parameter(`${name}.weight`),
    bias: bias ? graph.parameter(`${name}.bias`) : undefined,
    groups,
    geometry: { kernel, stride, padding, input: [x.height, x.width], output: [y.height, y.width] },
    relu,
    pooled,
  };
  addConvolution(graph, parts, isDepthwise(layer));
  return y;
}

/** A dense layer: a convolution whose kernel is the whole image (a single pixel for vectors). */
export function dense(
  name: string,
  x: View,
  options: {
    readonly graph: GraphBuilder;
    readonly target: View | undefined;
    readonly relu: boolean;
    readonly outputs: number;
    readonly bias: boolean;
  },
): View {
  const { graph, target, relu, outputs, bias } = options;
  const y = graph.output(name, [outputs], target);
  addConvolution(
    graph,
    {
      name,
      x,
      y,
      weights: graph.parameter(`${name}.weight`),
      bias: bias ? graph.parameter(`${name}.bias`) : undefined,
      groups: 1,
      geometry: {
        kernel: [x.height, x.width],
        stride: [1, 1],
        padding: [0, 0],
        input: [x.height, x.width],
        output: [1, 1],
      },
      relu,
      pooled: false,
    },
    false,
  );
  return y;
}

function addConvolution(graph: GraphBuilder, parts: Convolution, depthwise: boolean): void {
  const { x, geometry } = parts;
  const { padding } = geometry;
  const needsHalo = (): void => {
    x.storage.halo = Math.max(x.storage.halo, ...padding);
  };
  if (depthwise) {
    depthwiseConvolution(graph, parts);
    return;
  }
  const step = winogradStep(parts);
  if (step !== undefined) {
    needsHalo();
    winogradConvolution(graph, parts, step);
    return;
  }
  const exact = usefulShare(geometry) < WORTH_LEAVING_OUT;
  if (!exact) needsHalo();
  directConvolution(graph, parts, exact);
}
