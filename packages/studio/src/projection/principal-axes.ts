import { createRng } from '@protonorm/tensor';

/** Directions of a cloud of points in which it reaches farthest from the origin; plain data. */
export interface PrincipalAxes {
  /** Orthonormal, the first reaches farthest; shape [k, d], k = min(count, d). */
  readonly axes: Float64Array;
  /** Mean squared coordinate of the rows along each axis, descending, shape [k]. */
  readonly variances: Float64Array;
  /** Mean squared norm of the rows: what all d variances together make. */
  readonly total: number;
}

/** Directions carried beside the wanted ones: the more, the fewer passes. */
const OVERSAMPLING = 5;
const MOST_PASSES = 40;
/** Passes end when the kept variance grows by less than this share of itself. */
const TOLERANCE = 1e-7;

/**
 * Principal axes through the origin: PCA without centring, because for prototypes the origin means something (angles are
 * measured from it) and a table that is bunched to one side of it should look so.
 *
 * Orthogonal iteration on X^T X, never formed, with Rayleigh-Ritz at the end (Golub and Van Loan, "Matrix Computations",
 * section 8.2). The same rows give the same axes: it starts from a fixed stream, and signs are chosen.
 *
 * @param rows - finite, shape [n, d] row-major; n = 0 gives some orthonormal axes with variances 0
 * @returns axes turned so that the coordinates of all rows along each have no negative sum
 */
export function principalAxes(
  rows: Float64Array,
  { dim, count = 3 }: { readonly dim: number; readonly count?: number },
): PrincipalAxes {
  const n = rows.length / dim;
  const width = Math.min(dim, count + OVERSAMPLING);
  const rng = createRng('principal-axes');
  let block = orthonormalise(
    Float64Array.from({ length: width * dim }, () => rng.normal()),
    { dim, draw: () => rng.normal() },
  );
  let kept = 0;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const coordinates = multiply(rows, block, dim);
    const energy = coordinates.reduce((sum, x) => sum + x * x, 0);
    if (energy === 0 || (pass > 0 && energy - kept <= TOLERANCE * energy)) break;
    kept = energy;
    block = orthonormalise(multiplyBack(rows, coordinates, dim), { dim, draw: () => rng.normal() });
  }
  return rayleighRitz(rows, { block, dim, n, count: Math.min(count, dim) });
}

/** Coordinates of rows along axes, shape [n, k]. */
export function multiply(rows: Float64Array, axes: Float64Array, dim: number): Float64Array {
  const n = rows.length / dim;
  const k = axes.length / dim;
  const product = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < k; j++) {
      let sum = 0;
      for (let c = 0; c < dim; c++) sum += rows[i * dim + c] * axes[j * dim + c];
      product[i * k + j] = sum;
    }
  }
  return product;
}

/** X^T applied to coordinates, as rows: shape [k, d]. */
function multiplyBack(rows: Float64Array, coordinates: Float64Array, dim: number): Float64Array {
  const n = rows.length / dim;
  const k = coordinates.length / n;
  const product = new Float64Array(k * dim);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < k; j++) {
      const weight = coordinates[i * k + j];
      for (let c = 0; c < dim; c++) product[j * dim + c] += weight * rows[i * dim + c];
    }
  }
  return product;
}

/** Gram-Schmidt, twice; a row that lies in the span of those before it is replaced by a drawn one. */
function orthonormalise(
  block: Float64Array,
  { dim, draw }: { readonly dim: number; readonly draw: () => number },
): Float64Array {
  for (let start = 0; start < block.length; start += dim) {
    const row = block.subarray(start, start + dim);
    for (;;) {
      const before = norm(row);
      if (before > 0) row.forEach((x, c) => (row[c] = x / before));
      for (let repeat = 0; repeat < 2; repeat++) {
        for (let other = 0; other < start; other += dim) {
          let overlap = 0;
          for (let c = 0; c < dim; c++) overlap += row[c] * block[other + c];
          for (let c = 0; c < dim; c++) row[c] -= overlap * block[other + c];
        }
      }
      const left = norm(row);
      if (left > 1e-6) {
        row.forEach((x, c) => (row[c] = x / left));
        // What rounding left of the others after dividing by a small rest.
        for (let other = 0; other < start; other += dim) {
          let overlap = 0;
          for (let c = 0; c < dim; c++) overlap += row[c] * block[other + c];
          for (let c = 0; c < dim; c++) row[c] -= overlap * block[other + c];
        }
        break;
      }
      row.forEach((_, c) => (row[c] = draw()));
    }
  }
  return block;
}

/** The axes inside of the span of the block, by Jacobi's method on its small matrix. */
function rayleighRitz(
  rows: Float64Array,
  at: { readonly block: Float64Array; readonly dim: number; readonly n: number; readonly count: number },
): PrincipalAxes {
  const { block, dim, n, count } = at;
  const width = block.length / dim;
  const coordinates = multiply(rows, block, dim);
  const matrix = new Float64Array(width * width);
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < width; a++) {
      for (let b = 0; b < width; b++) {
        matrix[a * width + b] += (coordinates[i * width + a] * coordinates[i * width + b]) / n;
      }
    }
  }
  const { values, vectors } = jacobi(matrix, width);
  const order = Array.from(values.keys()).sort((a, b) => values[b] - values[a] || a - b);
  const axes = new Float64Array(count * dim);
  const variances = Float64Array.from({ length: count }, (_, i) => Math.max(0, values[order[i]]));
  for (let i = 0; i < count; i++) {
    let side = 0;
    for (let a = 0; a < width; a++) {
      const weight = vectors[a * width + order[i]];
      for (let r = 0; r < n; r++) side += weight * coordinates[r * width + a];
      for (let c = 0; c < dim; c++) axes[i * dim + c] += weight * block[a * dim + c];
    }
    if (side < 0) for (let c = 0; c < dim; c++) axes[i * dim + c] = -axes[i * dim + c];
  }
  const total = n === 0 ? 0 : rows.reduce((sum, x) => sum + x * x, 0) / n;
  return { axes, variances, total };
}

/** Eigenvalues and eigenvectors (as columns) of a small symmetric matrix, by cyclic Jacobi rotations. */
function jacobi(matrix: Float64Array, n: number): { values: Float64Array; vectors: Float64Array } {
  const a = Float64Array.from(matrix);
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  for (let sweep = 0; sweep < 50; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += a[p * n + q] ** 2;
    if (off === 0) break;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (a[p * n + q] === 0) continue;
        const theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        rotate(a, { n, p, q, c, s: t * c });
        for (let k = 0; k < n; k++) {
          const x = vectors[k * n + p];
          const y = vectors[k * n + q];
          vectors[k * n + p] = c * x - t * c * y;
          vectors[k * n + q] = t * c * x + c * y;
        }
      }
    }
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]), vectors };
}

function rotate(
  a: Float64Array,
  at: { readonly n: number; readonly p: number; readonly q: number; readonly c: number; readonly s: number },
): void {
  const { n, p, q, c, s } = at;
  for (let k = 0; k < n; k++) {
    const x = a[k * n + p];
    const y = a[k * n + q];
    a[k * n + p] = c * x - s * y;
    a[k * n + q] = s * x + c * y;
  }
  for (let k = 0; k < n; k++) {
    const x = a[p * n + k];
    const y = a[q * n + k];
    a[p * n + k] = c * x - s * y;
    a[q * n + k] = s * x + c * y;
  }
  a[p * n + q] = 0;
  a[q * n + p] = 0;
}

function norm(row: Float64Array): number {
  return Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
}
