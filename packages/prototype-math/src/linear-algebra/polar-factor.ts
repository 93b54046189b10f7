import type { Rng } from '@protonorm/tensor';
import { drawDirection, scaleToUnit } from '../class-table/unit-rows.ts';
import { addProduct } from './add-product.ts';
import { rowBlock, wholeMatrix, type Block } from './block.ts';
import { multiplyTransposed } from './multiply-transposed.ts';
import { projectOut } from './orthonormal-rows.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** Gram matrices lose what is below this share of the largest singular value. */
const GRAM_NOISE = 2e-8;
/** A singular direction that keeps less than this after re-orthogonalisation was mostly noise. */
const TRUSTED_REST = 0.5;
/** A drawn direction that keeps less than this is drawn again. */
const DRAWN_REST = 1e-3;

/**
 * out += Q, the orthonormal rows with the greatest <Q, A>, which are the nearest ones to A: with A = U Sigma V^T, Q = U V^T.
 *
 * U comes from the eigenvectors of A A^T; the rows of V^T are made orthonormal in the order of falling singular values, so
 * Q is orthonormal to rounding even where the Gram matrix has lost small ones. Directions with a singular value at noise
 * level are dropped and drawn from `rng`, orthogonal to all others. Newton-Schulz has no use for one eigenvector, but a
 * square random matrix of 512 rows needs some 20 iterations of it, 4 s where the eigenvectors take .6 s.
 *
 * @param out - shape [r, d], must not overlap the matrix
 * @param matrix - A, shape [r, d], r <= d; left as it is
 * @param noise - singular values up to this one are noise
 * @returns how many directions were drawn
 */
export function addPolarFactor(
  out: Block,
  matrix: Block,
  { noise, rng }: { readonly noise: number; readonly rng: Rng },
): number {
  const { rows: rank, cols: d } = matrix;
  const gram = new Float64Array(rank * rank);
  multiplyTransposed(wholeMatrix(gram, rank, rank), matrix, matrix);
  const { values, vectors: leftRows } = symmetricEigen(gram, rank);
  const right = wholeMatrix(new Float64Array(rank * d), rank, d); // rows: sigma_k v_k, then v_k
  addProduct(right, wholeMatrix(leftRows, rank, rank), matrix);

  const lost = Math.max(noise, GRAM_NOISE * Math.sqrt(Math.max(values[0], 0)));
  let drawn = 0;
  for (let k = 0; k < rank; k++) {
    const vector = right.data.subarray(k * d, (k + 1) * d);
    const trusted = Math.sqrt(Math.max(values[k], 0)) > lost && scaleToUnit(vector);
    if (trusted && orthonormalise(right, k) >= TRUSTED_REST) continue;
    drawn++;
    do drawDirection(vector, rng);
    while (orthonormalise(right, k) < DRAWN_REST);
  }

  const left = new Float64Array(rank * rank);
  for (let i = 0; i < rank; i++) for (let k = 0; k < rank; k++) left[i * rank + k] = leftRows[k * rank + i];
  addProduct(out, wholeMatrix(left, rank, rank), right);
  return drawn;
}

/** Makes row k orthogonal to the rows before it and scales it to 1; returns what norm was left of it. */
function orthonormalise(rows: Block, k: number): number {
  const left = projectOut(rowBlock(rows, k, 1), rows, { rank: k });
  scaleToUnit(rows.data.subarray(k * rows.cols, (k + 1) * rows.cols));
  return left;
}
