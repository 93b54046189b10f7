import { rowBlock, type Block } from '../linear-algebra/block.ts';
import { forEachGramTile, GRAM_TILE, type GramTile } from '../linear-algebra/gram-tiles.ts';
import { apart, type Shape } from '../linear-algebra/shape.ts';
import type { Workspace } from '../linear-algebra/workspace.ts';

/**
 * Turns the inner products of a tile into weights, in place: -w at row i, column j is what column j does to row i.
 *
 * @param other - a block of the tile's shape
 * @returns the block with what row i does to column j at row i, column j: the tile itself where both are the same, else
 *   `other`, filled in; undefined = all weights are 0. A tile on the diagonal needs no other.
 */
export type FillWeights = (tile: GramTile, other: Block) => Block | undefined;

/**
 * Forces between points that depend on their cosines alone: F_i = -sum over j of w(c_ij) u_j.
 *
 * Each tile of the Gram matrix is used for its rows and, transposed, for its columns: 3 C^2 d flops, no array of C x C.
 */
export class PairForces {
  /** Shape [C, d]. */
  readonly forces: Block;
  readonly #workspace: Workspace;
  readonly #tile: Block;
  readonly #other: Block;
  /** Rows of the tile at its top and at its left where they do not fall on each other's cache lines; none where they do not. */
  readonly #top: Block;
  readonly #left: Block;

  /** @param matrices - of the workspace, of the shapes of {@link PairForces.shapes} */
  constructor(workspace: Workspace, matrices: readonly Block[]) {
    this.#workspace = workspace;
    [this.forces, this.#tile, this.#other, this.#left, this.#top] = matrices;
  }

  /** What it needs in a workspace for points of a shape. */
  static shapes(points: Shape): readonly Shape[] {
    const [, cols] = points;
    const [, stride] = apart(points);
    const panel: Shape = [stride === cols ? 0 : GRAM_TILE[0], stride];
    return [points, GRAM_TILE, GRAM_TILE, panel, panel];
  }

  /**
   * Overwrites `forces`.
   *
   * @param points - unit rows in the workspace, shape [C, d]
   */
  at(points: Block, fill: FillWeights): void {
    const { forces } = this;
    const workspace = this.#workspace;
    forces.data.fill(0, forces.offset, forces.offset + forces.rows * forces.stride);
    let left = points;
    const visit = (tile: GramTile): void => {
      const { rowFrom, colFrom, values } = tile;
      const { rows, cols } = values;
      const diagonal = rowFrom === colFrom; // the first tile of its row
      if (diagonal) left = rowsApart(this.#left, rowBlock(points, rowFrom, rows));
      const byColumn = fill(tile, { ...this.#other, rows, cols });
      if (byColumn === undefined) return;
      const top = diagonal ? left : rowsApart(this.#top, rowBlock(points, colFrom, cols));
      workspace.addProduct(rowBlock(forces, rowFrom, rows), values, top);
      if (!diagonal) workspace.addTransposedProduct(rowBlock(forces, colFrom, cols), byColumn, left);
    };
    forEachGramTile(points, visit, { workspace, tile: this.#tile });
  }
}

/** Copies rows to where they do not fall on each other's cache lines, if there is such a place. */
function rowsApart(place: Block, rows: Block): Block {
  if (place.rows === 0) return rows;
  const copy = { ...place, rows: rows.rows, cols: rows.cols };
  for (let i = 0; i < rows.rows; i++) {
    const at = rows.offset + i * rows.stride;
    copy.data.set(rows.data.subarray(at, at + rows.cols), copy.offset + i * copy.stride);
  }
  return copy;
}
