import { rowBlock, type Block } from '../linear-algebra/block.ts';
import { forEachGramTile, GRAM_TILE } from '../linear-algebra/gram-tiles.ts';
import type { Shape, Workspace } from '../linear-algebra/workspace.ts';

/** Numbers of a cache line. */
const LINE = 8;

/**
 * Rows that are a multiple of 4 KiB apart fall on the same set of cache lines, and a product that goes down their columns
 * finds none of them there; they are copied a line further apart first.
 */
function isAliased(cols: number): boolean {
  return cols % 512 === 0;
}

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
  readonly #apart: Block;

  /** @param matrices - of the workspace, of the shapes of {@link PairForces.shapes} */
  constructor(workspace: Workspace, matrices: readonly Block[]) {
    this.#workspace = workspace;
    [this.forces, this.#gram, this.#byRow, this.#byColumn, this.#apart] = matrices;
  }

  /** What it needs in a workspace for points of a shape. */
  static shapes(points: Shape): readonly Shape[] {
    const [, cols] = points;
    return [points, GRAM_TILE, GRAM_TILE, GRAM_TILE, [isAliased(cols) ? GRAM_TILE[0] : 0, cols + LINE]];
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
        workspace.addProduct(rowBlock(forces, rowFrom, rows), row, this.#rowsApart(points, colFrom, cols));
        if (rowFrom === colFrom) return;
        const column = { ...byColumn, rows: cols, cols: rows };
        workspace.addProduct(rowBlock(forces, colFrom, cols), column, this.#rowsApart(points, rowFrom, rows));
      },
      { workspace, tile: this.#gram },
    );
  }

  /** Some rows, where they do not fall on each other's cache lines. */
  #rowsApart(points: Block, from: number, rows: number): Block {
    const given = rowBlock(points, from, rows);
    if (this.#apart.rows === 0) return given;
    const copy = { ...this.#apart, rows, cols: given.cols };
    for (let i = 0; i < rows; i++) {
      const at = given.offset + i * given.stride;
      copy.data.set(given.data.subarray(at, at + given.cols), copy.offset + i * copy.stride);
    }
    return copy;
  }
}
