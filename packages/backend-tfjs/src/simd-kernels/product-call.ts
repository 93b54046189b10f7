import type { Kernels } from '@protonorm/wasm-kernels';
import type { Image } from './image.ts';
import type { Block } from './image-blocks.ts';
import type { Tap, WindowGeometry } from './window-geometry.ts';

/** Flags of `gemm`. */
export const ADD = 1;
export const RELU = 2;

/** Floats that `gemm` needs for rows of so many products. */
export function gemmScratch(products: number): number {
  return 256 + products;
}

/** Floats that `filterGradient` needs. */
export function filterGradientScratch(columns: number): number {
  return 8832 + 512 * Math.ceil(columns / 8);
}

/** The pixels of the outputs of a block in the image that the windows see, and how the taps lie around them. */
type Rows = readonly [
  address: number,
  image: number,
  row: number,
  pixel: number,
  images: number,
  height: number,
  width: number,
  tapRows: number,
  tapRowPitch: number,
  tapColumns: number,
  tapColumnPitch: number,
  run: number,
];

/** Rows over all taps; the image begins with the first padded pixel. */
export function rowsOfWindow(
  [address, image, row, pixel]: Image,
  { images }: Block,
  { inputs, outHeight, outWidth, kernel, stride, dilation }: WindowGeometry,
): Rows {
  const taps =
    dilation[1] === 1 // the numbers of a kernel's row lie side by side
      ? ([kernel[0], dilation[0] * row, 1, 0, kernel[1] * inputs] as const)
      : ([kernel[0], dilation[0] * row, kernel[1], dilation[1] * pixel, inputs] as const);
  return [address, image, stride[0] * row, stride[1] * pixel, images, outHeight, outWidth, ...taps];
}

/** Rows over one tap; the image begins with its first pixel proper. */
export function rowsOfTap(
  [address, image, row, pixel]: Image,
  { images }: Block,
  { inputs, stride, tap }: WindowGeometry & { readonly tap: Tap },
): Rows {
  const start = address + 4 * (tap.inputY * row + tap.inputX * pixel);
  return [
    start,
    image,
    stride[0] * row,
    stride[1] * pixel,
    images,
    tap.height,
    tap.width,
    1,
    0,
    1,
    0,
    inputs,
  ];
}

/** C = A B of plain matrices, B packed, rows of A and C dense. */
export function multiplyMatrices(
  kernels: Kernels,
  { a, b, c }: { readonly a: number; readonly b: number; readonly c: number },
  { rows, inner, columns }: { readonly rows: number; readonly inner: number; readonly columns: number },
  scratch: number,
): void {
  kernels.gemm(
    a,
    0,
    0,
    inner,
    1,
    1,
    rows,
    1,
    0,
    1,
    0,
    inner,
    b,
    inner * 8,
    c,
    0,
    0,
    columns,
    columns,
    0,
    0,
    scratch,
  );
}

/** The packed C += A^T D of plain matrices [rows, inner] and [rows, columns]. */
export function addTransposedProduct(
  kernels: Kernels,
  { a, d, packed }: { readonly a: number; readonly d: number; readonly packed: number },
  { rows, inner, columns }: { readonly rows: number; readonly inner: number; readonly columns: number },
  scratch: number,
): void {
  kernels.filterGradient(
    a,
    0,
    0,
    inner,
    1,
    1,
    rows,
    1,
    0,
    1,
    0,
    inner,
    packed,
    inner * 8,
    d,
    0,
    0,
    columns,
    columns,
    scratch,
  );
}
