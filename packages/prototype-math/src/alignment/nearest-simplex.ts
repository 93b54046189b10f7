import type { Rng } from '@protonorm/tensor';
import { rowBlock, wholeMatrix, type Block } from '../linear-algebra/block.ts';
import { reflectCentring } from '../linear-algebra/centring-reflection.ts';
import { addPolarFactor } from '../linear-algebra/polar-factor.ts';

/** Singular values below this (times sqrt(C), unit rows, weights of mean 1) are the noise of float32 input. */
const NOISE = 1e-6;

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
 * (Schoenemann 1966 for the rotation; every simplex has centred rows, so A may be centred too). The polar factor U V^T is
 * taken in an orthonormal basis of the centred vectors and is orthonormal to rounding, so S is regular whatever the input.
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

  const lightest = weights.reduce((least, w) => Math.min(least, w), Infinity);
  const simplex = wholeMatrix(new Float64Array(count * d), count, d);
  const noise = NOISE * Math.sqrt(count) * lightest;
  const filled = addPolarFactor(rowBlock(simplex, 1, rank), core, { noise, rng });
  reflectCentring(simplex);
  const size = Math.sqrt(count / rank);
  for (let i = 0; i < simplex.data.length; i++) simplex.data[i] *= size;
  return { vectors: simplex.data, filled };
}
