import type { TensorInfo } from '@tensorflow/tfjs-core';
import { denseImage, shifted } from './image.ts';
import { forEachBlock, imagesOfBlock, PaddedImages } from './image-blocks.ts';
import { packTransposed, roundUp8, unpack } from './packed-matrix.ts';
import { ADD, filterGradientScratch, gemmScratch, rowsOfTap, rowsOfWindow } from './product-call.ts';
import type { SimdKernel } from './simd-kernel.ts';
import type { SimdMemory } from './simd-memory.ts';
import { winogradFilterGradient, winogradInputGradient, winogradStep } from './winograd.ts';
import { convolutionWindow, exactTaps, insideTaps, type WindowGeometry } from './window-geometry.ts';

/** dw[ky, kx, i, o] = sum over b, y, x of x[b, y s + ky - p, x s + kx - p, i] dy[b, y, x, o]. */
export const conv2dBackpropFilter: SimdKernel = ({ inputs: { x, dy }, attrs }, memory) => {
  const filter = attrs.filterShape as number[];
  const window = convolutionWindow(attrs, { input: x.shape, filter });
  if (!window) return undefined;
  const dw = memory.output(filter);
  const parts = { x, dy, dw: dw.address };
  const step = winogradStep(window);
  if (step) winogradFilterGradient(memory, parts, { window, step });
  else filterGradient(memory, parts, window);
  return dw.tensor;
};

/** dx[b, y s + ky - p, x s + kx - p] += dy[b, y, x] w[ky, kx]^T. */
export const conv2dBackpropInput: SimdKernel = ({ inputs: { dy, filter }, attrs }, memory) => {
  const input = attrs.inputShape as number[];
  const window = convolutionWindow(attrs, { input, filter: filter.shape });
  if (!window) return undefined;
  const dx = memory.output(input);
  const parts = { dy, filter, dx: dx.address };
  const step = winogradStep(window);
  if (step) winogradInputGradient(memory, parts, { window, step });
  else inputGradient(memory, parts, window);
  return dx.tensor;
};

function filterGradient(
  memory: SimdMemory,
  { x, dy, dw }: { readonly x: TensorInfo; readonly dy: TensorInfo; readonly dw: number },
  window: WindowGeometry,
): void {
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
  const [packed, place, scratch] = memory.scratch(
    rows * roundUp8(outputs),
    frame * images,
    filterGradientScratch(outputs),
  );
  const panel = rows * 8;
  memory.fill(packed, rows * roundUp8(outputs), 0);
  const gradient = denseImage(memory.address(dy), outHeight, outWidth, outputs);
  if (taps) {
    const input = denseImage(memory.address(x), height, width, inputs);
    forEachBlock(batch, images, (block) => {
      const from = shifted(input, { images: block.first });
      for (const tap of taps) {
        const by = shifted(gradient, { images: block.first, rows: tap.y, pixels: tap.x });
        const to = packed + 32 * tap.index * inputs;
        kernels.filterGradient(
          ...rowsOfTap(from, block, { ...window, tap }),
          to,
          panel,
          ...by,
          outputs,
          scratch,
        );
      }
    });
  } else {
    const read = padded.reader(memory, memory.address(x), { address: place, images });
    forEachBlock(batch, images, (block) => {
      const by = shifted(gradient, { images: block.first });
      kernels.filterGradient(
        ...rowsOfWindow(read(block), block, window),
        packed,
        panel,
        ...by,
        outputs,
        scratch,
      );
    });
  }
  unpack(kernels, packed, dw, { rows, columns: outputs });
}

/** A tap at a time over what lies inside of the image: no padding and no product with it. */
function inputGradient(
  memory: SimdMemory,
  { dy, filter, dx }: { readonly dy: TensorInfo; readonly filter: TensorInfo; readonly dx: number },
  window: WindowGeometry,
): void {
  const { kernels } = memory;
  const { batch, height, width, inputs, outHeight, outWidth, outputs, kernel, stride } = window;
  const taps = insideTaps(window);
  const tapSize = roundUp8(inputs) * outputs;
  const numbers = height * width * inputs + outHeight * outWidth * outputs;
  const images = imagesOfBlock(batch, numbers);
  const [transposed, scratch] = memory.scratch(kernel[0] * kernel[1] * tapSize, gemmScratch(outputs));
  const weights = memory.address(filter);
  if (inputs % 8 === 0) {
    const columns = kernel[0] * kernel[1] * inputs;
    packTransposed(kernels, weights, transposed, { rows: outputs, columns });
  } else {
    for (const { index } of taps) {
      const size = { rows: outputs, columns: inputs };
      packTransposed(kernels, weights + 4 * index * inputs * outputs, transposed + 4 * index * tapSize, size);
    }
  }
  const gradient = denseImage(memory.address(dy), outHeight, outWidth, outputs);
  const [, image, row, pixel] = denseImage(dx, height, width, inputs);
  const [first] = taps;
  // The first product may reach every number: then it stores, and the others add.
  const stores =
    first !== undefined && stride[0] * stride[1] === 1 && first.height === height && first.width === width;
  forEachBlock(batch, images, (block) => {
    const to = dx + 4 * block.first * image;
    if (!stores) memory.fill(to, block.images * image, 0);
    taps.forEach((tap, i) => {
      const by = shifted(gradient, { images: block.first, rows: tap.y, pixels: tap.x });
      const at = to + 4 * (tap.inputY * row + tap.inputX * pixel);

      kernels.gemm(
        ...by,
        block.images,
        tap.height,
        tap.width,
        1,
        0,
        1,
        0,
        outputs,
        transposed + 4 * tap.index * tapSize,
        outputs * 8,
        at,
        image,
        stride[0] * row,
        stride[1] * pixel,
        inputs,
        0,
        stores && i === 0 ? 0 : ADD,
        scratch,
      );
    });
  });
}
