import type { Block } from '../linear-algebra/block.ts';
import type { GramTile } from '../linear-algebra/gram-tiles.ts';
import { squaredRowDistance } from '../linear-algebra/row-distance.ts';
import type { Shape } from '../linear-algebra/shape.ts';
import type { Workspace } from '../linear-algebra/workspace.ts';
import { PairForces } from '../minimisation/pair-forces.ts';

/** Below this squared distance, 2 - 2 cos has lost too many digits, and the difference of the vectors is taken. */
const NEAR = 1e-4;

/** Added to squared distances in the released code. */
export const DISTANCE_EPSILON = 1e-10;

/**
 * Forces of the released iteration on unit rows: F_a = sum over b of (u_a - u_b) / (|u_a - u_b|^2 + 1e-10).
 *
 * In Gram form: with c_ab = <u_a, u_b> the weight is w_ab = 1 / (2 - 2 c_ab + 1e-10), and F = diag(W 1) U - W U
 * ({@link PairForces}).
 */
export class LogRepulsion {
  readonly #pairs: PairForces;
  readonly #weightSums: Float64Array;

  /** @param matrices - of the workspace, of the shapes of {@link LogRepulsion.shapes} */
  constructor(workspace: Workspace, matrices: readonly Block[]) {
    this.#pairs = new PairForces(workspace, matrices);
    this.#weightSums = new Float64Array(this.#pairs.forces.rows);
  }

  /** What it needs in a workspace for points of a shape. */
  static shapes(points: Shape): readonly Shape[] {
    return PairForces.shapes(points);
  }

  /** Shape [C, r]. */
  get forces(): Block {
    return this.#pairs.forces;
  }

  /**
   * Overwrites `forces`.
   *
   * @param points - unit rows in the workspace, shape [C, r]
   * @param multiplicity - how many equal points each row stands for, shape [C]; a point does not push its equals
   * @returns the mean of |F_a| over all points
   */
  at(points: Block, multiplicity: Float64Array): number {
    const weightSums = this.#weightSums.fill(0);
    const allOne = multiplicity.every((count) => count === 1);
    this.#pairs.at(points, (tile, other) => {
      if (!allOne) return weightEqualPoints(tile, points, { byColumn: other, multiplicity, weightSums });
      return weightPoints(tile, points, weightSums);
    });
    const { data, offset, stride } = this.forces;
    let norms = 0;
    let total = 0;
    for (let a = 0; a < points.rows; a++) {
      const force = offset + a * stride;
      const at = points.offset + a * points.stride;
      let squares = 0;
      for (let k = 0; k < points.cols; k++) {
        const own = data[force + k] + weightSums[a] * points.data[at + k];
        data[force + k] = own;
        squares += own * own;
      }
      norms += multiplicity[a] * Math.sqrt(squares);
      total += multiplicity[a];
    }
    return norms / total;
  }
}

/** Weights of a tile where each row stands for one point: what i does to j is what j does to i. */
function weightPoints(
  { values, rowFrom, colFrom }: GramTile,
  points: Block,
  weightSums: Float64Array,
): Block {
  const { data, offset, stride, rows, cols } = values;
  const onDiagonal = rowFrom === colFrom;
  for (let i = 0; i < rows; i++) {
    const from = offset + i * stride;
    const itself = onDiagonal ? i : -1;
    let sum = weightSums[rowFrom + i];
    for (let j = 0; j < cols; j++) {
      let distance2 = 2 - 2 * data[from + j];
      if (distance2 < NEAR && j !== itself) distance2 = squaredRowDistance(points, rowFrom + i, colFrom + j);
      const weight = j === itself ? 0 : 1 / (distance2 + DISTANCE_EPSILON);
      data[from + j] = -weight;
      sum += weight;
      if (!onDiagonal) weightSums[colFrom + j] += weight;
    }
    weightSums[rowFrom + i] = sum;
  }
  return values;
}

/** Weights of a tile where rows may stand for several equal points. */
function weightEqualPoints(
  { values, rowFrom, colFrom }: GramTile,
  points: Block,
  to: { readonly byColumn: Block; readonly multiplicity: Float64Array; readonly weightSums: Float64Array },
): Block {
  const { multiplicity, weightSums } = to;
  const { data, offset, stride, rows, cols } = values;
  const { data: byColumn, offset: columnAt } = to.byColumn;
  const onDiagonal = rowFrom === colFrom;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const itself = onDiagonal && i === j;
      const at = i * stride + j;
      let distance2 = 2 - 2 * data[offset + at];
      if (distance2 < NEAR && !itself) distance2 = squaredRowDistance(points, rowFrom + i, colFrom + j);
      const weight = itself ? 0 : 1 / (distance2 + DISTANCE_EPSILON);
      const fromColumn = weight * multiplicity[colFrom + j];
      const fromRow = weight * multiplicity[rowFrom + i];
      data[offset + at] = -fromColumn;
      byColumn[columnAt + at] = -fromRow;
      weightSums[rowFrom + i] += fromColumn;
      if (!onDiagonal) weightSums[colFrom + j] += fromRow;
    }
  }
  return to.byColumn;
}
