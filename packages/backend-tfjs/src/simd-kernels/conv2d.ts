import type { TensorInfo } from '@tensorflow/tfjs-core';
import { activationCodes, fusedActivationCode } from './activation-codes.ts';
import { denseImage, matrix, shifted } from './image.ts';
import { forEachBlock, imagesOfBlock, PaddedImages } from './image-blocks.ts';
import { pack, roundUp8 } from './packed-matrix.ts';
import { ADD, gemmScratch, RELU, rowsOfTap, rowsOfWindow } from './product-call.ts';
import type { SimdKernel } from './simd-kernel.ts';
import type { SimdMemory } from './simd-memory.ts';
import { winogradForward, winogradStep } from './winograd.ts';
import { convolutionWindow, exactTaps, type WindowGeometry } from './window-geometry.ts';

/** A convolution's numbers. */
interface Parts {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  readonly bias?: TensorInfo | undefined;
  readonly activation: number;
}

/** Convolution, filter [kh, kw, in, out]. */
export const conv2d: SimdKernel = ({ inputs: { x, filter }, attrs }, memory) =>
  convolve({ x, filter, activation: activationCodes.linear }, attrs, memory);

/** Convolution with bias and activation. */
export const fusedConv2d: SimdKernel = ({ inputs, attrs }, memory) => {
  const { x, filter, bias } = inputs;
  const activation = fusedActivationCode(attrs.activation);
  if (activation === undefined || (bias && bias.shape.join() !== `${filter.shape[3]}`)) return undefined;
  return convolve({ x, filter, bias, activation }, attrs, memory);
};

function convolve(
  parts: Parts,
  attrs: Readonly<Record<string, unknown>>,
  memory: SimdMemory,
): TensorInfo | undefined {
  const { x, filter, activation } = parts;
  const window = convolutionWindow(attrs, { input: x.shape, filter: filter.shape });
  if (!window || window.outHeight < 1 || window.outWidth < 1) return undefined;
  const { batch, outHeight, outWidth, outputs } = window;
  const y = memory.output([batch, outHeight, outWidth, outputs]);
  const step = winogradStep(window);
  let activated: boolean;
  if (step) activated = winogradForward(memory, parts, { window, step, y: y.address });
  else activated = convolveDirectly(memory, parts, { window, y: y.address });
  if (activation !== activationCodes.linear && !activated) {
    const all = matrix(y.address, outputs);
    memory.kernels.activate(...all, ...all, 1, 1, batch * outHeight * outWidth, outputs, activation);
  }
  return y.tensor;
}

/** @returns whether the activation is done */
function convolveDirectly(
  memory: SimdMemory,
  { x, filter, bias, activation }: Parts,
  { window, y }: { readonly window: WindowGeometry; readonly y: number },
): boolean {
  const { kernels } = memory;
  const { batch, height, width, inputs, outHeight, outWidth, outputs, kernel } = window;
  const taps = exactTaps(window);
  const padded = new PaddedImages(window);
  const frame = taps ? 0 : padded.size;
  const rows = kernel[0] * kernel[1] * inputs;
  const images = imagesOfBlock(
    batch,
    Math.max(frame, height * width * inputs) + outHeight * outWidth * outputs,
  );
  const [b, place, biasPlace, scratch] = memory.scratch(
    rows * roundUp8(outputs),
    frame * images,
    roundUp8(outputs),
    gemmScratch(rows),
  );
  pack(kernels, memory.address(filter), b, { rows, columns: outputs });
  // Whole panels of the bias are read.
  if (bias) pack(kernels, memory.address(bias), biasPlace, { rows: 1, columns: outputs });
  const panel = rows * 8;
  const start = bias ? biasPlace : 0;
  const output = denseImage(y, outHeight, outWidth, outputs);
  const input = denseImage(memory.address(x), height, width, inputs);
  const relu = activation === activationCodes.relu;
  if (taps) {
    forEachBlock(batch, images, (block) => {
      const from = shifted(input, { images: block.first });
      taps.forEach((tap, i) => {
        const to = shifted(output, { images: block.first, rows: tap.y, pixels: tap.x });
        const weights = b + 32 * tap.index * inputs;
        const [flags, shift] = i === 0 ? [0, start] : [ADD, 0];
        kernels.gemm(
          ...rowsOfTap(from, block, { ...window, tap }),
          weights,
          panel,
          ...to,
          outputs,
          shift,
          flags,
          scratch,
        );
      });
    });
    return false;
  }
  const read = padded.reader(memory, memory.address(x), { address: place, images });
  forEachBlock(batch, images, (block) => {
    const to = shifted(output, { images: block.first });
    kernels.gemm(
      ...rowsOfWindow(read(block), block, window),
      b,
      panel,
      ...to,
      outputs,
      start,
      relu ? RELU : 0,
      scratch,
    );
  });
  return relu;
}
