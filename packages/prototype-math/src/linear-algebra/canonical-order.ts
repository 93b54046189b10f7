import type { Block } from './block.ts';

/**
 * The rows of a block in lexicographic order: what is computed in this order depends on the values of the rows alone, to
 * the bit, and not on how they were listed.
 *
 * @param rows - shape [n, d], finite
 * @returns row indices, shape [n]; equal rows by index
 */
export function canonicalOrder({ data, offset, stride, rows, cols }: Block): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row).sort((i, j) => {
    const a = offset + i * stride;
    const b = offset + j * stride;
    for (let k = 0; k < cols; k++) {
      const difference = data[a + k] - data[b + k];
      if (difference !== 0) return difference;
    }
    return i - j;
  });
}
