import { rowBlock, type Block } from '../linear-algebra/block.ts';
import { plainLinearAlgebra, type LinearAlgebra } from '../linear-algebra/workspace.ts';

/** Rows that are looked at: more would cost as much as the alignment. */
const MOST = 1024;
const TILE = 64;

/**
 * Share of the classes whose own target is the nearest one to their prototype, both seen from the mean of the prototypes,
 * which no spread arrangement keeps. 1 = nothing was mixed up. Of more than 1,024 classes as many are looked at, evenly
 * spaced.
 *
 * @param directions - unit rows, shape [C, d]
 * @param targets - unit rows, shape [C, d], float64
 * @returns 0..1; 1 for no class
 */
export function identityKept(
  directions: Block,
  targets: Float64Array,
  linearAlgebra: LinearAlgebra = plainLinearAlgebra,
): number {
  const { rows, cols, data, offset } = directions;
  if (rows === 0) return 1;
  const mean = new Float64Array(cols);
  for (let i = 0; i < rows; i++) for (let k = 0; k < cols; k++) mean[k] += data[offset + i * cols + k] / rows;
  const looked = Math.min(rows, MOST);
  const rowOf = (n: number): number => Math.floor((n * rows) / looked);
  using workspace = linearAlgebra.open([
    [looked, cols],
    [rows, cols],
    [TILE, TILE],
  ]);
  const [own, all, tile] = workspace.matrices;
  for (let n = 0; n < looked; n++) {
    const from = offset + rowOf(n) * cols;
    for (let k = 0; k < cols; k++) own.data[own.offset + n * cols + k] = data[from + k] - mean[k];
  }
  all.data.set(targets, all.offset);
  let kept = 0;
  const nearest = new Float64Array(TILE);
  for (let from = 0; from < looked; from += TILE) {
    const mine = rowBlock(own, from, Math.min(TILE, looked - from));
    nearest.fill(-Infinity);
    const winner = new Int32Array(mine.rows);
    for (let to = 0; to < rows; to += TILE) {
      const others = rowBlock(all, to, Math.min(TILE, rows - to));
      const products = { ...tile, rows: mine.rows, cols: others.rows };
      workspace.multiplyTransposed(products, mine, others);
      for (let i = 0; i < mine.rows; i++) {
        for (let j = 0; j < others.rows; j++) {
          const product = products.data[products.offset + i * products.stride + j];
          if (product <= nearest[i]) continue;
          nearest[i] = product;
          winner[i] = to + j;
        }
      }
    }
    for (let i = 0; i < mine.rows; i++) if (winner[i] === rowOf(from + i)) kept++;
  }
  return kept / looked;
}
