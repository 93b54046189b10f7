import { ProtoNormError } from '@protonorm/tensor';
import { rowBlock, type Block } from './block.ts';
import type { Shape } from './shape.ts';

/** QL needs 1-2 sweeps for an eigenvalue; this many mean that the matrix is not finite. */
const MAX_SWEEPS = 60;

/** A symmetric matrix and where its eigenvalues and eigenvectors go; all blocks dense, see {@link eigenShapes}. */
export interface EigenProblem {
  /** Shape [n, n], only the upper triangle is read; destroyed. */
  readonly matrix: Block;
  /** Shape [n, n], overwritten with an orthonormal eigenvector in each row. */
  readonly vectors: Block;
  /** Shape [1, n], overwritten with the eigenvalues, falling. */
  readonly values: Block;
  /** Shape [3, n]. */
  readonly scratch: Block;
}

/** Shapes of the blocks of an {@link EigenProblem} in the order of its fields. */
export function eigenShapes(n: number): readonly Shape[] {
  return [
    [n, n],
    [n, n],
    [1, n],
    [3, n],
  ];
}

/**
 * All eigenvalues and eigenvectors of a symmetric matrix: Householder reduction to tridiagonal form, then QL with
 * implicit shifts (Wilkinson and Reinsch, Handbook for Automatic Computation II, 1971). Eigenvectors are kept as rows, so
 * that every inner loop runs along memory; about 9 n^3 flops.
 *
 * @throws `not-finite` when the matrix is not finite
 */
export function symmetricEigen({ matrix, vectors, values, scratch }: EigenProblem): void {
  const n = matrix.rows;
  const rows = numbersOf(vectors);
  const diagonal = numbersOf(values);
  const offDiagonal = numbersOf(rowBlock(scratch, 0, 1)).fill(0);
  const factors = numbersOf(rowBlock(scratch, 1, 1)).fill(0);
  const p = numbersOf(rowBlock(scratch, 2, 1));
  tridiagonalise(numbersOf(matrix), { n, diagonal, offDiagonal, factors, p, vectors: rows });
  diagonaliseByQl(diagonal, offDiagonal, { vectors: rows, n });
  // In place, by the cycles of the permutation; ties stay in their order.
  const order = Int32Array.from(diagonal.keys()).sort((i, j) => diagonal[j] - diagonal[i] || i - j);
  diagonal.set(Float64Array.from(order, (i) => diagonal[i]));
  const first = p; // its numbers are not used any more
  for (let start = 0; start < n; start++) {
    if (order[start] === start) continue;
    first.set(rows.subarray(start * n, (start + 1) * n));
    let to = start;
    for (; order[to] !== start;) {
      const from = order[to];
      rows.copyWithin(to * n, from * n, (from + 1) * n);
      order[to] = to;
      to = from;
    }
    rows.set(first, to * n);
    order[to] = to;
  }
}

/** The error of a matrix that has no eigenvalues. */
export function notFiniteMatrix(): ProtoNormError {
  return new ProtoNormError('not-finite', 'The eigenvalues of a matrix that is not finite were asked for.');
}

/** The numbers of a dense block. */
function numbersOf({ data, offset, rows, cols }: Block): Float64Array {
  return data.subarray(offset, offset + rows * cols);
}

/** A = Q T Q^T with T tridiagonal; `vectors` is Q^T. The Householder vectors take the place of A's upper triangle. */
function tridiagonalise(
  a: Float64Array,
  to: {
    readonly n: number;
    readonly diagonal: Float64Array;
    readonly offDiagonal: Float64Array;
    readonly factors: Float64Array;
    readonly p: Float64Array;
    readonly vectors: Float64Array;
  },
): void {
  const { n, diagonal, offDiagonal, factors, p, vectors } = to;
  for (let k = 0; k < n - 1; k++) {
    diagonal[k] = a[k * n + k];
    const v = a.subarray(k * n, (k + 1) * n); // entries k + 1 .. n - 1
    let squares = 0;
    for (let j = k + 2; j < n; j++) squares += v[j] * v[j];
    if (squares === 0) {
      offDiagonal[k] = v[k + 1];
      continue;
    }
    const head = v[k + 1];
    const norm = Math.sqrt(head * head + squares);
    offDiagonal[k] = head > 0 ? -norm : norm;
    v[k + 1] = head - offDiagonal[k];
    const factor = 2 / (v[k + 1] * v[k + 1] + squares);
    factors[k] = factor;
    // p = factor A v on the trailing block, from its upper triangle alone.
    p.fill(0);
    for (let i = k + 1; i < n; i++) {
      const vi = v[i];
      let sum = a[i * n + i] * vi;
      for (let j = i + 1; j < n; j++) {
        const aij = a[i * n + j];
        sum += aij * v[j];
        p[j] += aij * vi;
      }
      p[i] += sum;
    }
    let overlap = 0;
    for (let i = k + 1; i < n; i++) {
      p[i] *= factor;
      overlap += p[i] * v[i];
    }
    for (let i = k + 1; i < n; i++) p[i] -= 0.5 * factor * overlap * v[i];
    for (let i = k + 1; i < n; i++) {
      const vi = v[i];
      const pi = p[i];
      for (let j = i; j < n; j++) a[i * n + j] -= vi * p[j] + pi * v[j];
    }
  }
  diagonal[n - 1] = a[n * n - 1];
  vectors.fill(0);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  for (let k = n - 3; k >= 0; k--) {
    if (factors[k] === 0) continue;
    for (let i = k + 1; i < n; i++) {
      let overlap = 0;
      for (let j = k + 1; j < n; j++) overlap += vectors[i * n + j] * a[k * n + j];
      overlap *= factors[k];
      for (let j = k + 1; j < n; j++) vectors[i * n + j] -= overlap * a[k * n + j];
    }
  }
}

/** Turns a tridiagonal matrix into a diagonal one and takes the rows of `vectors` along. */
function diagonaliseByQl(
  d: Float64Array,
  e: Float64Array,
  { vectors, n }: { readonly vectors: Float64Array; readonly n: number },
): void {
  // What is nothing beside the largest entries is nothing: the reduction has rounded by as much. In the block of rounding
  // errors that a matrix of low rank leaves, entries need not become nothing beside their neighbours.
  let size = 0;
  for (let i = 0; i < n; i++) size = Math.max(size, Math.abs(d[i]) + Math.abs(e[i]));
  for (let low = 0; low < n; low++) {
    for (let sweep = 0; ; sweep++) {
      let high = low;
      while (high < n - 1 && Math.abs(e[high]) + size !== size) high++;
      if (high === low) break;
      if (sweep === MAX_SWEEPS) throw notFiniteMatrix();
      qlSweep(d, e, { vectors, n, low, high });
    }
  }
}

/** One implicit QL sweep with Wilkinson's shift on the unreduced block low..high. */
function qlSweep(
  d: Float64Array,
  e: Float64Array,
  at: { readonly vectors: Float64Array; readonly n: number; readonly low: number; readonly high: number },
): void {
  const { vectors, n, low, high } = at;
  const ratio = (d[low + 1] - d[low]) / (2 * e[low]);
  const root = Math.sqrt(ratio * ratio + 1);
  let g = d[high] - d[low] + e[low] / (ratio + (ratio < 0 ? -root : root));
  let s = 1;
  let c = 1;
  let shift = 0;
  for (let i = high - 1; i >= low; i--) {
    const f = s * e[i];
    const b = c * e[i];
    const r = Math.sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) {
      // The block splits here; the next search for `high` finds the split.
      d[i + 1] -= shift;
      e[high] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1] - shift;
    const t = (d[i] - g) * s + 2 * c * b;
    shift = s * t;
    d[i + 1] = g + shift;
    g = c * t - b;
    const upper = i * n;
    const lower = upper + n;
    for (let k = 0; k < n; k++) {
      const x = vectors[upper + k];
      const y = vectors[lower + k];
      vectors[lower + k] = s * x + c * y;
      vectors[upper + k] = c * x - s * y;
    }
  }
  d[low] -= shift;
  e[low] = g;
  e[high] = 0;
}
