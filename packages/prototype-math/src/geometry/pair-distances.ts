import { forEachGramTile, GRAM_TILE, type GramTile } from '../linear-algebra/gram-tiles.ts';
import { plainLinearAlgebra, type LinearAlgebra } from '../linear-algebra/workspace.ts';
import type { Block } from '../linear-algebra/block.ts';
import { squaredRowDistance } from '../linear-algebra/row-distance.ts';

/** Below this squared distance 2 - 2 cos has lost half its digits, and the difference of the vectors is taken. */
const CANCELLATION = 1e-8;

/** One pair of unit rows, i < j. */
export interface UnitPair {
  i: number;
  j: number;
  /** In [-1, 1]. */
  cosine: number;
  /** |u_i - u_j|^2, to relative precision also for close pairs; exactly 0 for equal rows. */
  squaredDistance: number;
}

/**
 * Visits every pair i < j of unit rows in a fixed order that is not that of i and j; the pair object is used again for
 * the next visit. C^2 d flops.
 *
 * @param rows - shape [C, d], unit rows
 */
export function forEachPair(
  rows: Block,
  visit: (pair: Readonly<UnitPair>) => void,
  linearAlgebra: LinearAlgebra = plainLinearAlgebra,
): void {
  using workspace = linearAlgebra.open([[rows.rows, rows.cols], GRAM_TILE]);
  const [points, tile] = workspace.matrices;
  for (let i = 0; i < rows.rows; i++) {
    const from = rows.offset + i * rows.stride;
    points.data.set(rows.data.subarray(from, from + rows.cols), points.offset + i * rows.cols);
  }
  const pair: UnitPair = { i: 0, j: 0, cosine: 0, squaredDistance: 0 };
  const visitTile = ({ rowFrom, colFrom, values }: GramTile): void => {
    for (let i = 0; i < values.rows; i++) {
      for (let j = rowFrom === colFrom ? i + 1 : 0; j < values.cols; j++) {
        const cosine = Math.max(-1, Math.min(1, values.data[values.offset + i * values.stride + j]));
        pair.i = rowFrom + i;
        pair.j = colFrom + j;
        pair.cosine = cosine;
        pair.squaredDistance = 2 - 2 * cosine;
        if (pair.squaredDistance < CANCELLATION)
          pair.squaredDistance = squaredRowDistance(rows, pair.i, pair.j);
        visit(pair);
      }
    }
  };
  forEachGramTile(points, visitTile, { workspace, tile });
}
