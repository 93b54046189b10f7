import { rowBlock, type Block } from './block.ts';
import { apart, type Shape } from './shape.ts';
import { plainLinearAlgebra, type Workspace } from './workspace.ts';

/** Rows of a tile: two row panels of a tile stay in the L2 cache up to about 1,000 columns. */
const TILE = 64;

/** One tile of a Gram matrix: inner products of rows `rowFrom...` with rows `colFrom...`. */
export interface GramTile {
  readonly rowFrom: number;
  readonly colFrom: number;
  /** Inner products, shape [rows, cols], overwritten for the next tile. */
  readonly values: Block;
}

/** Shape of a tile's buffer. */
export const GRAM_TILE: Shape = apart([TILE, TILE]);

/**
 * Visits the upper triangle of the Gram matrix of a block's rows, tile by tile, without ever storing the matrix.
 * Tiles on the diagonal (rowFrom = colFrom) are whole squares; the order of visits is fixed.
 *
 * @param on - the workspace that the rows lie in, and a buffer of {@link GRAM_TILE} in it
 */
export function forEachGramTile(
  rows: Block,
  visit: (tile: GramTile) => void,
  on: { readonly workspace: Workspace; readonly tile: Block } = plain(),
): void {
  const { workspace, tile } = on;
  for (let rowFrom = 0; rowFrom < rows.rows; rowFrom += TILE) {
    const a = rowBlock(rows, rowFrom, Math.min(TILE, rows.rows - rowFrom));
    for (let colFrom = rowFrom; colFrom < rows.rows; colFrom += TILE) {
      const b = rowBlock(rows, colFrom, Math.min(TILE, rows.rows - colFrom));
      const values = { ...tile, rows: a.rows, cols: b.rows };
      workspace.multiplyTransposed(values, a, b);
      visit({ rowFrom, colFrom, values });
    }
  }
}

function plain(): { readonly workspace: Workspace; readonly tile: Block } {
  const workspace = plainLinearAlgebra.open([GRAM_TILE]);
  return { workspace, tile: workspace.matrices[0] };
}
