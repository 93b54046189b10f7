import type { Block } from './block.ts';

/** |x_i - x_j|^2 of two rows, without the cancellation of 2 - 2 <x_i, x_j>; exactly 0 for equal rows. */
export function squaredRowDistance({ data, offset, stride, cols }: Block, i: number, j: number): number {
  const a = offset + i * stride;
  const b = offset + j * stride;
  let sum = 0;
  for (let k = 0; k < cols; k++) {
    const difference = data[a + k] - data[b + k];
    sum += difference * difference;
  }
  return sum;
}
