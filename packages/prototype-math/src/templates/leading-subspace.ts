import { addProduct } from '../linear-algebra/add-product.ts';
import { rowBlock, wholeMatrix, type Block } from '../linear-algebra/block.ts';
import { symmetricEigen } from '../linear-algebra/symmetric-eigen.ts';

/** Above this, 9 d^3 flops for the eigenvectors take longer than the rest of a template's work. */
const MOST_COLUMNS = 1024;

/** Rows of a panel: it and its transpose stay in the cache. */
const PANEL = 64;

/**
 * An orthonormal basis of a subspace that holds much of the rows: the leading eigenvectors of X^T X, which hold most
 * (Eckart and Young 1936), up to 1,024 columns, and above the axes with the largest sums of squares.
 *
 * @param rows - X, shape [n, d]
 * @param dim - of the subspace, at most d
 * @param order - of the rows in the sums, shape [n]
 * @returns shape [dim, d], orthonormal rows
 */
export function leadingSubspace(rows: Block, dim: number, order: Int32Array): Block {
  return rows.cols <= MOST_COLUMNS ? principalDirections(rows, dim, order) : leadingAxes(rows, dim, order);
}

function principalDirections(rows: Block, dim: number, order: Int32Array): Block {
  const { data, offset, stride, cols: d } = rows;
  const squares = wholeMatrix(new Float64Array(d * d), d, d);
  const panel = wholeMatrix(new Float64Array(PANEL * d), PANEL, d);
  const transposed = wholeMatrix(new Float64Array(PANEL * d), d, PANEL);
  for (let from = 0; from < order.length; from += PANEL) {
    for (let i = 0; i < PANEL; i++) {
      const at = from + i < order.length ? offset + order[from + i] * stride : -1;
      for (let k = 0; k < d; k++) {
        const value = at < 0 ? 0 : data[at + k];
        panel.data[i * d + k] = value;
        transposed.data[k * PANEL + i] = value;
      }
    }
    addProduct(squares, transposed, panel);
  }
  const vectors = wholeMatrix(new Float64Array(d * d), d, d);
  symmetricEigen({
    matrix: squares,
    vectors,
    values: wholeMatrix(new Float64Array(d), 1, d),
    scratch: wholeMatrix(new Float64Array(3 * d), 3, d),
  });
  return rowBlock(vectors, 0, dim);
}

function leadingAxes({ data, offset, stride, cols: d }: Block, dim: number, order: Int32Array): Block {
  const squares = new Float64Array(d);
  for (const row of order) {
    const at = offset + row * stride;
    for (let k = 0; k < d; k++) squares[k] += data[at + k] * data[at + k];
  }
  const axes = Int32Array.from({ length: d }, (_, k) => k)
    .sort((k, l) => squares[l] - squares[k] || k - l)
    .subarray(0, dim)
    .sort();
  const basis = wholeMatrix(new Float64Array(dim * d), dim, d);
  axes.forEach((axis, row) => {
    basis.data[row * d + axis] = 1;
  });
  return basis;
}
