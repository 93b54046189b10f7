import { rowBlock, type Block } from '../linear-algebra/block.ts';
import { forEachGramTile, GRAM_TILE } from '../linear-algebra/gram-tiles.ts';
import type { Shape, Workspace } from '../linear-algebra/workspace.ts';

/** Where the weights of a tile's pairs go. */
export interface TileWeights {
  /** Inner products of the pairs, shape [rows, cols]. */
  readonly cosines: Block;
  /** To be filled: -w at row i, column j of the tile ... */
  readonly byRow: Block;
  /** ... and the same at row j, column i. */
  readonly byColumn: Block;
  readonly rowFrom: number;
  readonly colFrom: number;
}

/**
 * Forces between points that depend on their cosines alone: F_i = -sum over j of w(c_ij) u_j.
 *
 * Each tile of the Gram matrix is used for its rows and, transposed, for its columns: 3 C^2 d flops, no array of C x C.
 */
export class PairForces {
  /** Shape [C, d]. */
  readonly forces: Block;
  readonly #workspace: Workspace;
  readonly #gram: Block;
  readonly #byRow: Block;
  readonly #byColumn: Block;

  /** @param matrices - of the workspace, of the shapes of {@link PairForces.shapes} */
  constructor(workspace: Workspace, matrices: readonly Block[]) {
    this.#workspace = workspace;
    [this.forces, this.#gram, this.#byRow, this.#byColumn] = matrices;
  }

  /** What it needs in a workspace for points of a shape. */
  static shapes(points: Shape): readonly Shape[] {
    return [points, GRAM_TILE, GRAM_TILE, GRAM_TILE];
  }

  /**
   * Overwrites `forces`.
   *
   * @param points - unit rows in the workspace, shape [C, d]
   * @param fill - fills in the weights of a tile; false = all of them are 0
   */
  at(points: Block, fill: (tile: TileWeights) => boolean): void {
    const { forces } = this;
    const workspace = this.#workspace;
    const [byRow, byColumn] = [this.#byRow, this.#byColumn];
    forces.data.fill(0, forces.offset, forces.offset + forces.rows * forces.stride);
    forEachGramTile(
      points,
      ({ rowFrom, colFrom, values }) => {
        if (!fill({ cosines: values, byRow, byColumn, rowFrom, colFrom })) return;
        const { rows, cols } = values;
        const row = { ...byRow, rows, cols };
        workspace.addProduct(rowBlock(forces, rowFrom, rows), row, rowBlock(points, colFrom, cols));
        if (rowFrom === colFrom) return;
        const column = { ...byColumn, rows: cols, cols: rows };
        workspace.addProduct(rowBlock(forces, colFrom, cols), column, rowBlock(points, rowFrom, rows));
      },
      { workspace, tile: this.#gram },
    );
  }
}
