import type { Rng } from '@protonorm/tensor';
import { drawDirection } from '../class-table/unit-rows.ts';
import { wholeMatrix, type Block } from '../linear-algebra/block.ts';
import { multiplyTransposed } from '../linear-algebra/multiply-transposed.ts';

/** Float32 cannot tell unit vectors apart that are closer than this: its rounding alone moves them by up to 6e-8. */
const COINCIDENCE_DISTANCE = 1e-7;

/**
 * Groups of unit rows that are one point for float32, with chains joined; rows without a twin are left out.
 *
 * Close rows have close projections on any direction, so only neighbours in the order of one random projection are
 * compared: C d + C log C work unless many rows coincide.
 *
 * @param rows - shape [C, d], unit rows
 * @returns groups of two or more row indices, ascending within and by their first row
 */
export function coincidingRows(rows: Block, rng: Rng): number[][] {
  const { rows: count, cols, data } = rows;
  const direction = new Float64Array(cols);
  drawDirection(direction, rng);
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
      if (projections[j] - projections[i] > COINCIDENCE_DISTANCE) break;
      const [low, high] = [root(i), root(j)].sort((a, b) => a - b);
      if (low === high || distance(data, i * cols, j * cols, cols) > COINCIDENCE_DISTANCE) continue;
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

function distance(data: Float64Array, a: number, b: number, length: number): number {
  let squares = 0;
  for (let k = 0; k < length; k++) squares += (data[a + k] - data[b + k]) ** 2;
  return Math.sqrt(squares);
}
