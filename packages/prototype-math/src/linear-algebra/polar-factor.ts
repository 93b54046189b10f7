import type { Rng } from '@protonorm/tensor';
import { drawDirection, scaleToUnit } from '../class-table/unit-rows.ts';
import { rowBlock, type Block } from './block.ts';
import { projectOut } from './orthonormal-rows.ts';
import { eigenShapes } from './symmetric-eigen.ts';
import { apart, type Shape } from './shape.ts';
import type { Workspace } from './workspace.ts';

/** Gram matrices lose what is below this share of the largest singular value. */
const GRAM_NOISE = 2e-8;
/** A singular direction that keeps less than this after re-orthogonalisation was mostly noise. */
const TRUSTED_REST = 0.5;
/** A drawn direction that keeps less than this is drawn again. */
const DRAWN_REST = 1e-3;
/** Rows that are made orthogonal to all rows before them at once, by products. */
const PANEL = 16;

/** What {@link replaceByPolarFactor} needs in the workspace beside a matrix of a shape. */
export function polarFactorShapes([rank, d]: Shape): readonly Shape[] {
  return [apart([rank, d]), ...eigenShapes(rank)];
}

/**
 * A := Q, the orthonormal rows with the greatest <Q, A>, which are the nearest ones to A: with A = U Sigma V^T, Q = U V^T.
 *
 * U comes from the eigenvectors of A A^T; the rows of V^T are made orthonormal in the order of falling singular values, so
 * Q is orthonormal to rounding even where the Gram matrix has lost small ones. Directions with a singular value at noise
 * level are dropped and drawn from `rng`, orthogonal to all others. Newton-Schulz has no use for one eigenvector, but a
 * square random matrix of 512 rows needs some 20 iterations of it, 4 s where the eigenvectors take .6 s.
 *
 * @param matrix - A, shape [r, d], r <= d, in the workspace; overwritten with Q
 * @param on - the workspace, and matrices of {@link polarFactorShapes} in it
 * @param by - `noise`: singular values up to this one are noise
 * @returns how many directions were drawn
 */
export function replaceByPolarFactor(
  matrix: Block,
  on: { readonly workspace: Workspace; readonly matrices: readonly Block[] },
  { noise, rng }: { readonly noise: number; readonly rng: Rng },
): number {
  const { rows: rank, cols: d } = matrix;
  const { workspace } = on;
  const [wide, gram, leftRows, values, scratch] = on.matrices;
  const right = { ...wide, cols: d }; // rows: sigma_k v_k, then v_k
  workspace.gram(gram, matrix);
  workspace.symmetricEigen({ matrix: gram, vectors: leftRows, values, scratch });
  const eigenvalue = (k: number): number => Math.max(values.data[values.offset + k], 0);
  clear(right);
  workspace.addProduct(right, leftRows, matrix);

  const lost = Math.max(noise, GRAM_NOISE * Math.sqrt(eigenvalue(0)));
  let drawn = 0;
  for (let from = 0; from < rank; from += PANEL) {
    const to = Math.min(from + PANEL, rank);
    const trusted: boolean[] = [];
    for (let k = from; k < to; k++)
      trusted.push(Math.sqrt(eigenvalue(k)) > lost && scaleToUnit(numbersOfRow(right, k)));
    if (from > 0) removePanels(right, { workspace, from, to, overlaps: gram });
    for (let k = from; k < to; k++) {
      if (trusted[k - from] && orthonormalise(right, k, from) >= TRUSTED_REST) continue;
      drawn++;
      do drawDirection(numbersOfRow(right, k), rng);
      while (orthonormalise(right, k, 0) < DRAWN_REST);
    }
  }

  const left = gram; // eigenvectors in columns
  for (let i = 0; i < rank; i++)
    for (let k = 0; k < rank; k++)
      left.data[left.offset + i * rank + k] = leftRows.data[leftRows.offset + k * rank + i];
  clear(matrix);
  workspace.addProduct(matrix, left, right);
  return drawn;
}

/** Takes from rows `from`..`to` their components along the rows before `from`; twice, as {@link projectOut}. */
function removePanels(
  rows: Block,
  by: {
    readonly workspace: Workspace;
    readonly from: number;
    readonly to: number;
    /** Overwritten; at least `to - from` rows of `from` numbers. */
    readonly overlaps: Block;
  },
): void {
  const { workspace, from, to } = by;
  const panel = rowBlock(rows, from, to - from);
  const before = rowBlock(rows, 0, from);
  const overlaps = { ...rowBlock(by.overlaps, 0, to - from), cols: from };
  for (let sweep = 0; sweep < 2; sweep++) {
    workspace.multiplyTransposed(overlaps, panel, before);
    for (let i = 0; i < overlaps.rows; i++) {
      const row = numbersOfRow(overlaps, i);
      for (let k = 0; k < from; k++) row[k] = -row[k];
    }
    workspace.addProduct(panel, overlaps, before);
  }
}

/** Makes row k orthogonal to the rows `from`..k and scales it to 1; returns what norm was left of it. */
function orthonormalise(rows: Block, k: number, from: number): number {
  const left = projectOut(rowBlock(rows, k, 1), rowBlock(rows, from, k - from), { rank: k - from });
  scaleToUnit(numbersOfRow(rows, k));
  return left;
}

function clear(matrix: Block): void {
  for (let row = 0; row < matrix.rows; row++) numbersOfRow(matrix, row).fill(0);
}

/** The numbers of one row. */
function numbersOfRow({ data, offset, stride, cols }: Block, row: number): Float64Array {
  return data.subarray(offset + row * stride, offset + row * stride + cols);
}
