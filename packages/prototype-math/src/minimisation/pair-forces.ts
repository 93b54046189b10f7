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
  /** Rows that do not fall on each other's cache lines; none where the points' rows do not either. */
  readonly #apart: Block;

  /** @param matrices - of the workspace, of the shapes of {@link PairForces.shapes} */
  constructor(workspace: Workspace, matrices: readonly Block[]) {
    this.#workspace = workspace;
    [this.forces, this.#tile, this.#other, this.#apart] = matrices;
  }

  /** What it needs in a workspace for points of a shape. */
  static shapes(points: Shape): readonly Shape[] {
    const [, cols] = points;
    const [, stride] = apart(points);
    return [points, GRAM_TILE, GRAM_TILE, [stride === cols ? 0 : GRAM_TILE[0], stride]];
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
    forEachGramTile(
      points,
      (tile) => {
        const { rowFrom, colFrom, values } = tile;
        const { rows, cols } = values;
        const byColumn = fill(tile, { ...this.#other, rows, cols });
        if (byColumn === undefined) return;
        workspace.addProduct(rowBlock(forces, rowFrom, rows), values, this.#rowsApart(points, colFrom, cols));
        if (rowFrom === colFrom) return;
        workspace.addTransposedProduct(
          rowBlock(forces, colFrom, cols),
          byColumn,
          this.#rowsApart(points, rowFrom, rows),
        );
      },
      { workspace, tile: this.#tile },
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
