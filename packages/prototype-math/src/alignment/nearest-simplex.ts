import type { Rng } from '@protonorm/tensor';
import { drawDirection, scaleToUnit } from '../class-table/unit-rows.ts';
import { addProduct } from '../linear-algebra/add-product.ts';
import { rowBlock, wholeMatrix, type Block } from '../linear-algebra/block.ts';
import { reflectCentring } from '../linear-algebra/centring-reflection.ts';
import { multiplyTransposed } from '../linear-algebra/multiply-transposed.ts';
import { projectOut } from '../linear-algebra/orthonormal-rows.ts';
import { symmetricEigen } from '../linear-algebra/symmetric-eigen.ts';

/** Singular values below this (times sqrt(C), unit rows, weights of mean 1) are the noise of float32 input. */
const NOISE = 1e-6;
/** Gram matrices lose what is below this share of the largest singular value. */
const GRAM_NOISE = 2e-8;
/** A singular direction that keeps less than this after re-orthogonalisation was mostly noise. */
const TRUSTED_REST = 0.5;
/** A drawn direction that keeps less than this is drawn again. */
const DRAWN_REST = 1e-3;

/** The regular simplex found, and how many of its directions were drawn because the input leaves them open. */
export interface NearestSimplex {
  /** Shape [C * d], unit rows with pairwise cosine -1/(C - 1). */
  readonly vectors: Float64Array;
  readonly filled: number;
}

/**
 * The regular simplex on the unit sphere with the least sum of weights[i] |s_i - p_i|^2: orthogonal Procrustes.
 *
 * With J the centring and A = J diag(weights) P = U Sigma V^T of rank C - 1, the answer is S = sqrt(C/(C-1)) U V^T
 * (Schoenemann 1966 for the rotation; every simplex has centred rows, so A may be centred too). U comes from the
 * eigenvectors of A A^T in an orthonormal basis of the centred vectors; the rows of V^T are made orthonormal in the order
 * of falling singular values, so S is a regular simplex to rounding even where the Gram matrix has lost small ones.
 * Directions with a singular value at noise level are dropped and drawn from `rng`, orthogonal to all others.
 *
 * @param rows - unit rows, shape [C, d], 2 <= C <= d + 1; left as they are
 * @param weights - shape [C], > 0, with mean 1
 */
export function nearestSimplex(rows: Block, weights: Float64Array, rng: Rng): NearestSimplex {
  const { rows: count, cols: d } = rows;
  const rank = count - 1;
  const weighted = wholeMatrix(rows.data.slice(rows.offset, rows.offset + count * d), count, d);
  for (let i = 0; i < count; i++) for (let k = 0; k < d; k++) weighted.data[i * d + k] *= weights[i];
  reflectCentring(weighted);
  const core = rowBlock(weighted, 1, rank); // A in a basis of the centred vectors, [C - 1, d]

  const gram = new Float64Array(rank * rank);
  multiplyTransposed(wholeMatrix(gram, rank, rank), core, core);
  const { values, vectors: leftRows } = symmetricEigen(gram, rank);
  const right = wholeMatrix(new Float64Array(rank * d), rank, d); // rows: sigma_k v_k, then v_k
  addProduct(right, wholeMatrix(leftRows, rank, rank), core);

  const lightest = weights.reduce((least, w) => Math.min(least, w), Infinity);
  const noise = Math.max(NOISE * Math.sqrt(count) * lightest, GRAM_NOISE * Math.sqrt(Math.max(values[0], 0)));
  let filled = 0;
  for (let k = 0; k < rank; k++) {
    const vector = right.data.subarray(k * d, (k + 1) * d);
    const trusted = Math.sqrt(Math.max(values[k], 0)) > noise && scaleToUnit(vector);
    if (trusted && orthonormalise(right, k) >= TRUSTED_REST) continue;
    filled++;
    do drawDirection(vector, rng);
    while (orthonormalise(right, k) < DRAWN_REST);
  }

  const left = new Float64Array(rank * rank);
  for (let i = 0; i < rank; i++) for (let k = 0; k < rank; k++) left[i * rank + k] = leftRows[k * rank + i];
  const simplex = wholeMatrix(new Float64Array(count * d), count, d);
  addProduct(rowBlock(simplex, 1, rank), wholeMatrix(left, rank, rank), right);
  reflectCentring(simplex);
  const size = Math.sqrt(count / rank);
  for (let i = 0; i < simplex.data.length; i++) simplex.data[i] *= size;
  return { vectors: simplex.data, filled };
}

/** Makes row k orthogonal to the rows before it and scales it to 1; returns what norm was left of it. */
function orthonormalise(rows: Block, k: number): number {
  const left = projectOut(rowBlock(rows, k, 1), rows, { rank: k });
  scaleToUnit(rows.data.subarray(k * rows.cols, (k + 1) * rows.cols));
  return left;
}
