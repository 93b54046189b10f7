import type { TensorInfo } from '@tensorflow/tfjs-core';
import { activationCodes } from './activation-codes.ts';
import { denseImage, shifted } from './image.ts';
import { forEachBlock, PaddedImages, type Block } from './image-blocks.ts';
import { pack, roundUp8, unpack } from './packed-matrix.ts';
import {
  addTransposedProduct,
  filterGradientScratch,
  gemmScratch,
  multiplyMatrices,
} from './product-call.ts';
import type { SimdMemory } from './simd-memory.ts';
import type { WindowGeometry } from './window-geometry.ts';

// Winograd's minimal filtering, F(4x4, 3x3) and F(2x2, 5x5): a quarter or a third of the products. The images are gone
// through in blocks; see assembly/winograd.ts of @protonorm/wasm-kernels for the transforms.

/** Points of a tile: 6 x 6. */
const points = 36;
/** Tiles that are transformed and multiplied together: what they need stays near the processor. */
const tilesAtATime = 100;
/** Floats between the points beyond what they need, so that they do not fall on the same cache lines. */
const spread = 16;

/** Outputs of a tile on each axis, or undefined where Winograd's way does not apply. */
export function winogradStep(window: WindowGeometry): 4 | 2 | undefined {
  const { batch, kernel, stride, dilation, inputs, outputs, outHeight, outWidth } = window;
  const step = kernel[0] === 3 ? 4 : 2;
  const fits =
    (kernel[0] === 3 || kernel[0] === 5) &&
    kernel[0] === kernel[1] &&
    stride[0] * stride[1] * dilation[0] * dilation[1] === 1 &&
    inputs % 4 === 0 &&
    outputs % 8 === 0 &&
    outHeight % step === 0 &&
    outWidth % step === 0 &&
    // The filters are transformed in each call, too: for a few tiles that is more work than it saves.
    (batch * outHeight * outWidth) / step ** 2 >= 16;
  return fits ? step : undefined;
}

/** A convolution, its window and the outputs of a tile. */
interface Place {
  readonly window: WindowGeometry;
  readonly step: 4 | 2;
}

/** What the passes share: blocks, tiles and pitches. */
function layoutOf({ window, step }: Place) {
  const { batch, inputs, outputs, outHeight, outWidth, kernel } = window;
  const tiles = [outHeight / step, outWidth / step] as const;
  const tilesOfImage = tiles[0] * tiles[1];
  const images = Math.min(batch, Math.max(1, Math.round(tilesAtATime / tilesOfImage)));
  return {
    images,
    tiles,
    tilesOfImage,
    step,
    inputs,
    outputs,
    kernel: kernel[0],
    rows: kernel[0] * kernel[1] * inputs,
    uPitch: inputs * outputs + spread,
    vPitch: images * tilesOfImage * inputs + spread,
    mPitch: images * tilesOfImage * outputs + spread,
    padded: new PaddedImages(window),
  };
}

/** @returns whether the activation is done */
export function winogradForward(
  memory: SimdMemory,
  parts: {
    readonly x: TensorInfo;
    readonly filter: TensorInfo;
    readonly bias?: TensorInfo | undefined;
    readonly activation: number;
  },
  { y, ...place }: Place & { readonly y: number },
): boolean {
  const { kernels } = memory;
  const { window } = place;
  const { images, tiles, tilesOfImage, step, inputs, outputs, kernel, rows, uPitch, vPitch, mPitch, padded } =
    layoutOf(place);
  const [packed, u, v, m, frame, scratch] = memory.scratch(
    rows * outputs,
    points * uPitch,
    points * vPitch,
    points * mPitch,
    padded.size * images,
    gemmScratch(inputs),
  );
  const bias = parts.bias ? memory.address(parts.bias) : 0;
  const relu = parts.activation === activationCodes.relu;
  pack(kernels, memory.address(parts.filter), packed, { rows, columns: outputs });
  kernels.winogradFilter(packed, kernel, inputs, outputs, u, uPitch, scratch);
  const read = padded.reader(memory, memory.address(parts.x), { address: frame, images });
  const output = denseImage(y, window.outHeight, window.outWidth, outputs);
  forEachBlock(window.batch, images, (block) => {
    kernels.winogradInput(...read(block), block.images, ...tiles, step, inputs, v, vPitch, scratch);
    const size = { rows: block.images * tilesOfImage, inner: inputs, columns: outputs };
    for (let p = 0; p < points; p++) {
      const point = { a: v + 4 * p * vPitch, b: u + 4 * p * uPitch, c: m + 4 * p * mPitch };
      multiplyMatrices(kernels, point, size, scratch);
    }
    const to = shifted(output, { images: block.first });
    kernels.winogradOutput(
      m,
      mPitch,
      block.images,
      ...tiles,
      step,
      outputs,
      ...to,
      bias,
      relu ? 1 : 0,
      scratch,
    );
  });
  return relu;
}

/** dW = G^T (V^T M') G with M' = A dY A^T; every number of `dw` is written. */
export function winogradFilterGradient(
  memory: SimdMemory,
  parts: { readonly x: TensorInfo; readonly dy: TensorInfo; readonly dw: number },
  place: Place,
): void {
  const { kernels } = memory;
  const { window } = place;
  const { images, tiles, tilesOfImage, step, inputs, outputs, kernel, rows, uPitch, vPitch, mPitch, padded } =
    layoutOf(place);
  const [packed, du, v, dm, frame, scratch] = memory.scratch(
    rows * outputs,
    points * uPitch,
    points * vPitch,
    points * mPitch,
    padded.size * images,
    filterGradientScratch(outputs),
  );
  memory.fill(du, points * uPitch, 0);
  memory.fill(packed, rows * outputs, 0);
  const read = padded.reader(memory, memory.address(parts.x), { address: frame, images });
  const gradient = denseImage(memory.address(parts.dy), window.outHeight, window.outWidth, outputs);
  forEachBlock(window.batch, images, (block) => {
    kernels.winogradInput(...read(block), block.images, ...tiles, step, inputs, v, vPitch, scratch);
    const from = shifted(gradient, { images: block.first });
    kernels.winogradOutputGradient(...from, block.images, ...tiles, step, outputs, dm, mPitch, scratch);
    const size = { rows: block.images * tilesOfImage, inner: inputs, columns: outputs };
    for (let p = 0; p < points; p++) {
      const point = { a: v + 4 * p * vPitch, d: dm + 4 * p * mPitch, packed: du + 4 * p * uPitch };
      addTransposedProduct(kernels, point, size, scratch);
    }
  });
  kernels.winogradFilterGradient(du, uPitch, kernel, inputs, outputs, packed, scratch);
  unpack(kernels, packed, parts.dw, { rows, columns: outputs });
}

/** dX = B (M' U^T) B^T, scattered to the tiles; every number of `dx` is written. */
export function winogradInputGradient(
  memory: SimdMemory,
  parts: { readonly dy: TensorInfo; readonly filter: TensorInfo; readonly dx: number },
  place: Place,
): void {
  const { kernels } = memory;
  const { window } = place;
  const { images, tiles, tilesOfImage, step, inputs, outputs, kernel, rows, uPitch, vPitch, mPitch, padded } =
    layoutOf(place);
  const transposedSize = roundUp8(inputs) * outputs;
  const [packed, u, transposed, dv, dm, frame, scratch] = memory.scratch(
    rows * outputs,
    points * uPitch,
    points * transposedSize,
    points * vPitch,
    points * mPitch,
    padded.size * images,
    gemmScratch(outputs),
  );
  pack(kernels, memory.address(parts.filter), packed, { rows, columns: outputs });
  kernels.winogradFilter(packed, kernel, inputs, outputs, u, uPitch, scratch);
  for (let p = 0; p < points; p++) {
    const [from, to] = [u + 4 * p * uPitch, transposed + 4 * p * transposedSize];
    kernels.packTransposed(from, inputs * 8, inputs, outputs, to);
  }
  const { batch, height, width } = window;
  const gradient = denseImage(memory.address(parts.dy), window.outHeight, window.outWidth, outputs);
  const input = denseImage(parts.dx, height, width, inputs);
  const inFrame = padded.size > 0;
  const overlap = padded.overlap(padded.frame(frame));
  // Rows and columns that no window sees have no gradient.
  if (overlap.height < height || overlap.width < width || !inFrame)
    memory.fill(parts.dx, batch * height * width * inputs, 0);
  forEachBlock(batch, images, (block: Block) => {
    const from = shifted(gradient, { images: block.first });
    kernels.winogradOutputGradient(...from, block.images, ...tiles, step, outputs, dm, mPitch, scratch);
    const size = { rows: block.images * tilesOfImage, inner: outputs, columns: inputs };
    for (let p = 0; p < points; p++) {
      const point = {
        a: dm + 4 * p * mPitch,
        b: transposed + 4 * p * transposedSize,
        c: dv + 4 * p * vPitch,
      };
      multiplyMatrices(kernels, point, size, scratch);
    }
    const to = shifted(input, { images: block.first });
    const target = inFrame ? padded.frame(frame) : to;
    if (inFrame) memory.fill(frame, padded.size * block.images, 0);
    kernels.winogradInputGradient(dv, vPitch, block.images, ...tiles, step, inputs, ...target, scratch);
    if (inFrame) {
      kernels.copyImages(...overlap.inner, ...to, block.images, overlap.height, overlap.width, inputs);
    }
  });
}
