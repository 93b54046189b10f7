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
 * out = K^T diag(weights) X.
 *
 * @param out - shape [C - k, d], overwritten
 * @param rows - X, shape [C, d], left as they are
 * @param by - `groups` of two rows or more, every row in one group; `weights` of the rows, shape [C], 1 when left out
 */
export function codeTransposeTimes(
  out: Block,
  rows: Block,
  { groups, weights }: { readonly groups: Groups; readonly weights?: Float64Array },
): void {
  const d = rows.cols;
  let to = out.offset;
  for (const group of groups) {
    const members = wholeMatrix(new Float64Array(group.length * d), group.length, d);
    group.forEach((row, at) => {
      const from = rows.offset + row * rows.stride;
      const weight = weights === undefined ? 1 : weights[row];
      for (let k = 0; k < d; k++) members.data[at * d + k] = weight * rows.data[from + k];
    });
    reflectCentring(members);
    const size = simplexSize(group.length);
    for (let row = 1; row < group.length; row++) {
      for (let k = 0; k < d; k++) out.data[to + k] = size * members.data[row * d + k];
      to += out.stride;
    }
  }
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
