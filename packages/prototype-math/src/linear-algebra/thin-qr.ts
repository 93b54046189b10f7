import { rowBlock, wholeMatrix, type Block } from './block.ts';
import { blockNorm, projectOut } from './orthonormal-rows.ts';

/** Below this share of a row's norm, what is left of it is rounding noise and opens no new direction. */
const RANK_TOLERANCE = 1e-13;

/** Rows as coordinates times an orthonormal basis of their span. */
export interface SpanCoordinates {
  /** Shape [rows, rank]. */
  readonly coordinates: Block;
  /** Shape [rank, d], orthonormal rows. */
  readonly basis: Block;
}

/**
 * The thin QR decomposition of X^T, written by rows: X = Y Q with Q [rank, d] orthonormal, by Gram-Schmidt with
 * re-orthogonalisation. Rows that depend on earlier ones add no direction, so rank <= min(rows, d).
 *
 * @param rows - shape [n, d], left as they are; cost 4 n^2 d flops at full rank
 */
export function spanCoordinates(rows: Block): SpanCoordinates {
  const limit = Math.min(rows.rows, rows.cols);
  const basis = wholeMatrix(new Float64Array(limit * rows.cols), limit, rows.cols);
  const coordinates = new Float64Array(rows.rows * limit);
  const rest = wholeMatrix(new Float64Array(rows.cols), 1, rows.cols);
  let rank = 0;
  for (let i = 0; i < rows.rows; i++) {
    const row = rowBlock(rows, i, 1);
    rest.data.set(row.data.subarray(row.offset, row.offset + row.cols));
    const norm = blockNorm(rest);
    const components = coordinates.subarray(i * limit, (i + 1) * limit);
    const left = projectOut(rest, basis, { rank, components });
    if (rank === limit || left <= RANK_TOLERANCE * norm) continue;
    components[rank] = left;
    for (let k = 0; k < rows.cols; k++) basis.data[rank * rows.cols + k] = rest.data[k] / left;
    rank++;
  }
  return {
    coordinates: { data: coordinates, offset: 0, stride: limit, rows: rows.rows, cols: rank },
    basis: rowBlock(basis, 0, rank),
  };
}
