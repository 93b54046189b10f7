import type { Kernels } from '@protonorm/wasm-kernels';

/** Rounded up to whole panels of eight columns. */
export function roundUp8(columns: number): number {
  return (columns + 7) & ~7;
}

/** The size of a matrix. */
export interface MatrixSize {
  readonly rows: number;
  readonly columns: number;
}

/** A matrix [rows, columns] into the kernels' form: panels of eight columns [ceil(columns / 8)][rows][8], 0 behind the last. */
export function pack(kernels: Kernels, from: number, to: number, { rows, columns }: MatrixSize): void {
  const panel = rows * 8;
  const whole = columns >> 3;
  if (whole > 0) kernels.copyImages(from, 8, 0, columns, to, panel, 0, 8, whole, 1, rows, 8);
  const left = columns & 7;
  if (left === 0) return;
  const last = to + 4 * whole * panel;
  kernels.fillImages(last, 0, 0, 0, 1, 1, 1, panel, 0);
  kernels.copyImages(from + 32 * whole, 0, 0, columns, last, 0, 0, 8, 1, 1, rows, left);
}

/** {@link pack} of the transposed of a matrix [columns, rows]. */
export function packTransposed(
  kernels: Kernels,
  from: number,
  to: number,
  { rows, columns }: MatrixSize,
): void {
  const panel = rows * 8;
  const whole = columns >> 3;
  if (whole > 0) kernels.fromChannelsFirst(from, panel, to, panel, 0, 8, whole, 1, rows, 8, 0);
  const left = columns & 7;
  if (left === 0) return;
  const last = to + 4 * whole * panel;
  kernels.fillImages(last, 0, 0, 0, 1, 1, 1, panel, 0);
  kernels.fromChannelsFirst(from + 4 * whole * panel, panel, last, panel, 0, 8, 1, 1, rows, left, 0);
}

/** Panels back into a matrix [rows, columns]. */
export function unpack(kernels: Kernels, from: number, to: number, { rows, columns }: MatrixSize): void {
  const panel = rows * 8;
  const whole = columns >> 3;
  if (whole > 0) kernels.copyImages(from, panel, 0, 8, to, 8, 0, columns, whole, 1, rows, 8);
  const left = columns & 7;
  if (left === 0) return;
  kernels.copyImages(from + 4 * whole * panel, 0, 0, 8, to + 32 * whole, 0, 0, columns, 1, 1, rows, left);
}

/** A matrix [rows, columns] to [columns, rows]. */
export function transposeMatrix(
  kernels: Kernels,
  from: number,
  to: number,
  { rows, columns }: MatrixSize,
): void {
  kernels.toChannelsFirst(from, 0, 0, columns, to, 0, 1, 1, rows, columns);
}
