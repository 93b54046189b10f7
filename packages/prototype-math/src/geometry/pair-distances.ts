import { forEachGramTile, GRAM_TILE, type GramTile } from '../linear-algebra/gram-tiles.ts';
import type { Block } from '../linear-algebra/block.ts';
import { squaredRowDistance } from '../linear-algebra/row-distance.ts';
import { plainLinearAlgebra, type LinearAlgebra, type Workspace } from '../linear-algebra/workspace.ts';

/** Below this squared distance 2 - 2 cos has lost half its digits, and the difference of the vectors is taken. */
const CANCELLATION = 1e-8;

/** |u_i - u_j|^2 of two unit rows by their cosine, to relative precision also for close pairs; exactly 0 for equal rows. */
export function pairDistance(rows: Block, cosine: number, i: number, j: number): number {
  const squaredDistance = 2 - 2 * cosine;
  return squaredDistance < CANCELLATION ? squaredRowDistance(rows, i, j) : squaredDistance;
}

/** A workspace with a copy of some rows, and a buffer for tiles of their Gram matrix. */
export interface OpenPairs extends Disposable {
  readonly workspace: Workspace;
  readonly points: Block;
  readonly tile: Block;
}

/** Opens a workspace for the pairs of some rows. @throws `out-of-memory` */
export function openPairs(rows: Block, linearAlgebra: LinearAlgebra = plainLinearAlgebra): OpenPairs {
  const workspace = linearAlgebra.open([[rows.rows, rows.cols], GRAM_TILE]);
  const [points, tile] = workspace.matrices;
  for (let i = 0; i < rows.rows; i++) {
    const from = rows.offset + i * rows.stride;
    points.data.set(rows.data.subarray(from, from + rows.cols), points.offset + i * rows.cols);
  }
  return {
    workspace,
    points,
    tile,
    [Symbol.dispose]() {
      workspace[Symbol.dispose]();
    },
  };
}

/**
 * Visits the squared distance of every pair of unit rows, in a fixed order that is not that of the rows. C^2 d flops.
 *
 * @param rows - shape [C, d], unit rows
 */
export function forEachDistance(rows: Block, visit: (squaredDistance: number) => void): void {
  using pairs = openPairs(rows);
  const visitTile = ({ rowFrom, colFrom, values }: GramTile): void => {
    for (let i = 0; i < values.rows; i++) {
      for (let j = rowFrom === colFrom ? i + 1 : 0; j < values.cols; j++) {
        const cosine = Math.max(-1, Math.min(1, values.data[values.offset + i * values.stride + j]));
        visit(pairDistance(rows, cosine, rowFrom + i, colFrom + j));
      }
    }
  };
  forEachGramTile(pairs.points, visitTile, pairs);
}
