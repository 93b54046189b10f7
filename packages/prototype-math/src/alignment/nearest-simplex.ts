import type { Rng } from '@protonorm/tensor';
import { rowBlock, type Block } from '../linear-algebra/block.ts';
import { reflectCentring } from '../linear-algebra/centring-reflection.ts';
import { polarFactorShapes, replaceByPolarFactor } from '../linear-algebra/polar-factor.ts';
import { apart } from '../linear-algebra/shape.ts';
import { plainLinearAlgebra, type LinearAlgebra } from '../linear-algebra/workspace.ts';

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
export function nearestSimplex(
  rows: Block,
  weights: Float64Array,
  { rng, linearAlgebra = plainLinearAlgebra }: { readonly rng: Rng; readonly linearAlgebra?: LinearAlgebra },
): NearestSimplex {
  const { rows: count, cols: d } = rows;
  const rank = count - 1;
  using workspace = linearAlgebra.open([apart([count, d]), ...polarFactorShapes([rank, d])]);
  const [wide, ...matrices] = workspace.matrices;
  const simplex = { ...wide, cols: d };
  const { data, offset, stride } = simplex;
  for (let i = 0; i < count; i++) {
    const [from, to] = [rows.offset + i * rows.stride, offset + i * stride];
    for (let k = 0; k < d; k++) data[to + k] = rows.data[from + k] * weights[i];
  }
  reflectCentring(simplex);
  const core = rowBlock(simplex, 1, rank); // A in a basis of the centred vectors, [C - 1, d]
  const lightest = weights.reduce((least, w) => Math.min(least, w), Infinity);
  const noise = NOISE * Math.sqrt(count) * lightest;
  const filled = replaceByPolarFactor(core, { workspace, matrices }, { noise, rng });
  data.fill(0, offset, offset + d);
  reflectCentring(simplex);
  const size = Math.sqrt(count / rank);
  const vectors = new Float64Array(count * d);
  for (let i = 0; i < count; i++)
    for (let k = 0; k < d; k++) vectors[i * d + k] = data[offset + i * stride + k] * size;
  return { vectors, filled };
}
