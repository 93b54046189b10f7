import { wholeMatrix, type Block } from '../linear-algebra/block.ts';
import { multiplyTransposed } from '../linear-algebra/multiply-transposed.ts';
import { squaredRowDistance } from '../linear-algebra/row-distance.ts';

/** Float32 cannot tell unit vectors apart that are closer than this: its rounding alone moves them by up to 6e-8. */
const COINCIDENCE_DISTANCE = 1e-7;

const GOLDEN_RATIO = 0.6180339887498949;

/**
 * Groups of unit rows that are one point for float32, with chains joined; rows without a twin are left out.
 *
 * Close rows have close projections on any direction, so only neighbours in the order of one fixed, irregular projection
 * are compared: C d + C log C work unless many rows coincide.
 *
 * @param rows - shape [C, d], unit rows
 * @returns groups of two or more row indices, ascending within and by their first row
 */
export function coincidingRows(rows: Block): number[][] {
  const { rows: count, cols } = rows;
  // Entries in [-.5, .5), so the projections of two rows differ by less than sqrt(d) / 2 times their distance.
  const direction = new Float64Array(cols);
  for (let k = 0; k < cols; k++) direction[k] = k * GOLDEN_RATIO - Math.floor(k * GOLDEN_RATIO) - 0.5;
  const reach = (COINCIDENCE_DISTANCE * Math.sqrt(cols)) / 2;
  const projections = new Float64Array(count);
  multiplyTransposed(wholeMatrix(projections, count, 1), rows, wholeMatrix(direction, 1, cols));
  const order = Array.from(projections.keys()).sort((i, j) => projections[i] - projections[j] || i - j);
  const parent = Int32Array.from({ length: count }, (_, row) => row);
  const root = (row: number): number => {
    while (parent[row] !== row) row = parent[row];
    return row;
  };
  for (let at = 0; at < count; at++) {
    const i = order[at];
    for (let next = at + 1; next < count; next++) {
      const j = order[next];
      if (projections[j] - projections[i] > reach) break;
      const [low, high] = [root(i), root(j)].sort((a, b) => a - b);
      if (low === high || squaredRowDistance(rows, i, j) > COINCIDENCE_DISTANCE ** 2) continue;
      parent[high] = low;
    }
  }
  const groups = new Map<number, number[]>();
  for (let row = 0; row < count; row++) {
    const first = root(row);
    const group = groups.get(first);
    if (group === undefined) groups.set(first, [row]);
    else group.push(row);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}
