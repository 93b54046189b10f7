import { rowBlock, wholeMatrix, type Block } from '../linear-algebra/block.ts';
import { reflectCentring } from '../linear-algebra/centring-reflection.ts';

/**
 * The block code of a grouping: K [C, C - k], block diagonal, where the block of a group of m rows is sqrt(m/(m-1)) times
 * an orthonormal basis of the centred vectors of m entries.
 *
 * Its rows are a regular simplex for each group, and the simplices are orthogonal to each other. K Q is such a code in d
 * dimensions for every Q [C - k, d] with orthonormal rows; the largest cosine is 0, Rankin's optimum for C > d + 1.
 * K is never stored: a reflection of each group applies it.
 */
export type Groups = readonly (readonly number[])[];

/**
 * K^T X.
 *
 * @param rows - X, shape [C, d], left as they are
 * @param groups - of two rows or more, every row in one group
 * @returns shape [C - k, d]
 */
export function codeTransposeTimes(rows: Block, groups: Groups): Block {
  const d = rows.cols;
  const coordinates = wholeMatrix(
    new Float64Array((rows.rows - groups.length) * d),
    rows.rows - groups.length,
    d,
  );
  let to = 0;
  for (const group of groups) {
    const members = wholeMatrix(new Float64Array(group.length * d), group.length, d);
    group.forEach((row, at) => {
      const from = rows.offset + row * rows.stride;
      members.data.set(rows.data.subarray(from, from + d), at * d);
    });
    reflectCentring(members);
    const size = simplexSize(group.length);
    for (let from = d; from < members.data.length; from++) coordinates.data[to++] = size * members.data[from];
  }
  return coordinates;
}

/**
 * K Q.
 *
 * @param factor - Q, shape [C - k, d], left as it is
 * @param groups - as for {@link codeTransposeTimes}
 * @returns shape [C, d]
 */
export function codeTimes(factor: Block, groups: Groups): Block {
  const d = factor.cols;
  const count = factor.rows + groups.length;
  const product = wholeMatrix(new Float64Array(count * d), count, d);
  let first = 0;
  for (const group of groups) {
    const members = wholeMatrix(new Float64Array(group.length * d), group.length, d);
    const size = simplexSize(group.length);
    const { data, offset, stride, rows } = rowBlock(factor, first, group.length - 1);
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < d; k++) members.data[(i + 1) * d + k] = size * data[offset + i * stride + k];
    }
    reflectCentring(members);
    group.forEach((row, at) => product.data.set(members.data.subarray(at * d, (at + 1) * d), row * d));
    first += rows;
  }
  return product;
}

/** What scales the rows of an orthonormal basis of the centred vectors of m entries to 1. */
function simplexSize(m: number): number {
  return Math.sqrt(m / (m - 1));
}
