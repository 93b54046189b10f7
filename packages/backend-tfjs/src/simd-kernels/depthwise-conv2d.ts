import { activationCodes, fusedActivationCode } from './activation-codes.ts';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { denseImage, matrix, shifted } from './image.ts';
import { forEachBlock, imagesOfBlock, PaddedImages } from './image-blocks.ts';
import type { SimdKernel } from './simd-kernel.ts';
import type { SimdMemory } from './simd-memory.ts';
import { convolutionWindow, type WindowGeometry } from './window-geometry.ts';

/**
 * The window of a depthwise convolution with one output for each channel. What has more, or a dilation, is left to tfjs's
 * kernel and to the composed ones.
 */
function depthwiseWindow(
  attrs: Readonly<Record<string, unknown>>,
  shapes: { readonly input: readonly number[]; readonly filter: readonly number[] },
): WindowGeometry | undefined {
  if (shapes.filter[3] !== 1 || [attrs.dilations ?? 1].flat().some((rate) => rate !== 1)) return undefined;
  return convolutionWindow(attrs, shapes, 'depthwise');
}

/** Depthwise convolution, filter [kh, kw, channels, 1]. */
export const depthwiseConv2d: SimdKernel = ({ inputs: { x, filter }, attrs }, memory) =>
  convolve({ x, filter, activation: activationCodes.linear }, attrs, memory);

/** Depthwise convolution with bias and activation. */
export const fusedDepthwiseConv2d: SimdKernel = ({ inputs, attrs }, memory) => {
  const { x, filter, bias } = inputs;
  const activation = fusedActivationCode(attrs.activation);
  if (activation === undefined || (bias && bias.shape.join() !== `${filter.shape[2]}`)) return undefined;
  return convolve({ x, filter, bias, activation }, attrs, memory);
};

function convolve(
  parts: {
    readonly x: TensorInfo;
    readonly filter: TensorInfo;
    readonly bias?: TensorInfo | undefined;
    readonly activation: number;
  },
  attrs: Readonly<Record<string, unknown>>,
  memory: SimdMemory,
): TensorInfo | undefined {
  const { x, filter, bias, activation } = parts;
  const window = depthwiseWindow(attrs, { input: x.shape, filter: filter.shape });
  if (!window || window.outHeight < 1 || window.outWidth < 1) return undefined;
  const { kernels } = memory;
  const { batch, outHeight, outWidth, outputs, kernel, stride } = window;
  const y = memory.output([batch, outHeight, outWidth, outputs]);
  const [padded, images] = blocksOf(window);
  const [place] = memory.scratch(padded.size * images);
  const read = padded.reader(memory, memory.address(x), { address: place, images });
  const output = denseImage(y.address, outHeight, outWidth, outputs);
  const weights = memory.address(filter);
  const start = bias ? memory.address(bias) : 0;
  forEachBlock(batch, images, (block) => {
    const to = shifted(output, { images: block.first });

    kernels.depthwise(
      ...read(block),
      weights,
      start,
      ...to,
      block.images,
      outHeight,
      outWidth,
      outputs,
      ...kernel,
      ...stride,
    );
  });
  if (activation !== activationCodes.linear) {
    const all = matrix(y.address, outputs);
    kernels.activate(...all, ...all, 1, 1, batch * outHeight * outWidth, outputs, activation);
  }
  return y.tensor;
}

/** dw[ky, kx, c] = sum over b, y, x of x[b, y s + ky - p, x s + kx - p, c] dy[b, y, x, c]. */
export const depthwiseConv2dBackpropFilter: SimdKernel = ({ inputs: { x, dy }, attrs }, memory) => {
  const filter = attrs.filterShape as number[];
  const window = depthwiseWindow(attrs, { input: x.shape, filter });
  if (!window) return undefined;
  const { batch, outHeight, outWidth, outputs, kernel, stride } = window;
  const dw = memory.zeros(filter);
  const [padded, images] = blocksOf(window);
  const [place] = memory.scratch(padded.size * images);
  const read = padded.reader(memory, memory.address(x), { address: place, images });
  const gradient = denseImage(memory.address(dy), outHeight, outWidth, outputs);
  forEachBlock(batch, images, (block) => {
    const by = shifted(gradient, { images: block.first });

    memory.kernels.depthwiseFilterGradient(
      ...read(block),
      ...by,
      block.images,
      outHeight,
      outWidth,
      outputs,
      ...kernel,
      ...stride,
      dw.address,
    );
  });
  return dw.tensor;
};

/** dx[b, y s + ky - p, x s + kx - p, c] += dy[b, y, x, c] w[ky, kx, c]. */
export const depthwiseConv2dBackpropInput: SimdKernel = ({ inputs: { dy, filter }, attrs }, memory) => {
  const input = attrs.inputShape as number[];
  const window = depthwiseWindow(attrs, { input, filter: filter.shape });
  if (!window) return undefined;
  const { batch, height, width, outHeight, outWidth, outputs, kernel, stride, top, left } = window;
  const dx = memory.output(input);
  const gradient = denseImage(memory.address(dy), outHeight, outWidth, outputs);
  const to = denseImage(dx.address, height, width, outputs);

  memory.kernels.depthwiseInputGradient(
    ...gradient,
    outHeight,
    outWidth,
    memory.address(filter),
    ...to,
    height,
    width,
    batch,
    outputs,
    ...kernel,
    ...stride,
    top,
    left,
    0,
  );
  return dx.tensor;
};

function blocksOf(window: WindowGeometry): [padded: PaddedImages, images: number] {
  const { batch, height, width, outHeight, outWidth, outputs } = window;
  const padded = new PaddedImages(window);
  const numbers = Math.max(padded.size, height * width * outputs) + outHeight * outWidth * outputs;
  return [padded, imagesOfBlock(batch, numbers)];
}
