import { addProduct } from '../linear-algebra/add-product.ts';
import { rowBlock, type Block } from '../linear-algebra/block.ts';
import { blockNorm } from '../linear-algebra/orthonormal-rows.ts';
import { forEachGramTile, GRAM_TILE_AREA } from '../linear-algebra/gram-tiles.ts';
import { squaredRowDistance } from '../linear-algebra/row-distance.ts';

/** Below this squared distance, 2 - 2 cos has lost too many digits, and the difference of the vectors is taken. */
const NEAR = 1e-4;

/** Added to squared distances in the released code. */
export const DISTANCE_EPSILON = 1e-10;

/**
 * Forces of the released iteration on unit rows: F_a = sum over b of (u_a - u_b) / (|u_a - u_b|^2 + 1e-10).
 *
 * In Gram form: with c_ab = <u_a, u_b> the weight is w_ab = 1 / (2 - 2 c_ab + 1e-10), and F = diag(W 1) U - W U. W is made
 * tile by tile, each tile is used for its rows and, transposed, for its columns: 3 C^2 r flops, no array of C x C.
 *
 * @param points - shape [C, r], unit rows
 * @param multiplicity - how many equal points each row stands for, shape [C]; a point does not push its equals
 * @param forces - shape [C, r], overwritten
 * @returns the mean of |F_a| over all points
 */
export function logRepulsion(points: Block, multiplicity: Float64Array, forces: Block): number {
  const { rows: count, cols } = points;
  const weightSums = new Float64Array(count);
  const byRow = new Float64Array(GRAM_TILE_AREA);
  const byColumn = new Float64Array(GRAM_TILE_AREA);
  forces.data.fill(0);
  forEachGramTile(points, ({ rowFrom, colFrom, values }) => {
    const { data, stride, rows, cols: columns } = values;
    const onDiagonal = rowFrom === colFrom;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const itself = onDiagonal && i === j;
        let distance2 = 2 - 2 * data[i * stride + j];
        if (distance2 < NEAR && !itself) distance2 = squaredRowDistance(points, rowFrom + i, colFrom + j);
        const weight = itself ? 0 : 1 / (distance2 + DISTANCE_EPSILON);
        const fromColumn = weight * multiplicity[colFrom + j];
        const fromRow = weight * multiplicity[rowFrom + i];
        byRow[i * stride + j] = fromColumn;
        byColumn[j * stride + i] = fromRow;
        weightSums[rowFrom + i] += fromColumn;
        if (!onDiagonal) weightSums[colFrom + j] += fromRow;
      }
    }
    const tile = { offset: 0, stride };
    addProduct(
      rowBlock(forces, rowFrom, rows),
      { ...tile, data: byRow, rows, cols: columns },
      rowBlock(points, colFrom, columns),
    );
    if (onDiagonal) return;
    addProduct(
      rowBlock(forces, colFrom, columns),
      { ...tile, data: byColumn, rows: columns, cols: rows },
      rowBlock(points, rowFrom, rows),
    );
  });
  let norms = 0;
  let total = 0;
  for (let a = 0; a < count; a++) {
    const force = rowBlock(forces, a, 1);
    const at = points.offset + a * points.stride;
    for (let k = 0; k < cols; k++) {
      force.data[force.offset + k] = weightSums[a] * points.data[at + k] - force.data[force.offset + k];
    }
    norms += multiplicity[a] * blockNorm(force);
    total += multiplicity[a];
  }
  return norms / total;
}
