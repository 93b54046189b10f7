import { scaleToUnit } from '../class-table/unit-rows.ts';
import type { Block } from '../linear-algebra/block.ts';
import { apart } from '../linear-algebra/shape.ts';
import { plainLinearAlgebra, type LinearAlgebra } from '../linear-algebra/workspace.ts';

/**
 * Groups of rows that already point away from each other, greedily: a group begins with the two free rows of the most
 * negative cosine and takes the free row with the least sum of cosines to it until it is full.
 *
 * Cosines are those of the centred rows, since the common mean has no part in where the rows should go. Sizes differ by
 * one at most, the smaller groups come first: leaving the larger ones for the rest moves the prototypes .5 % less than the
 * other way round at (100, 64). Exchanges between the finished groups would gain another 1 % and are left out.
 *
 * @param rows - shape [C, d], left as they are; ties go to the rows that come first
 * @param groupCount - at most C / 2
 * @returns row indices, every row in one group; cost C^2 d flops for the cosines, then some C^2 comparisons
 */
export function oppositeGroups(
  rows: Block,
  groupCount: number,
  linearAlgebra: LinearAlgebra = plainLinearAlgebra,
): number[][] {
  const { rows: count, cols } = rows;
  using workspace = linearAlgebra.open([apart([count, cols]), [count, count]]);
  const [wide, cosines] = workspace.matrices;
  const directions = { ...wide, cols };
  writeCentredDirections(directions, rows);
  workspace.gram(cosines, directions);
  const pairs = new OppositePairs(cosines);
  const free = Array.from({ length: count }, (_, row) => row);
  const groups: number[][] = [];
  for (let open = groupCount; open > 0; open--) {
    const group = pairs.take(free);
    fillGroup(group, free, { size: Math.floor((free.length + 2) / open), cosines, pairs });
    groups.push(group);
  }
  return groups;
}

/** Takes rows with the least sums of cosines to a group out of the free ones, which stay in ascending order. */
function fillGroup(
  group: number[],
  free: number[],
  by: { readonly size: number; readonly cosines: Block; readonly pairs: OppositePairs },
): void {
  const { data, offset, stride } = by.cosines;
  const sums = new Float64Array(stride);
  const add = (member: number): void => {
    for (const row of free) sums[row] += data[offset + member * stride + row];
  };
  if (group.length < by.size) group.forEach(add);
  while (group.length < by.size) {
    let best = 0;
    for (let at = 1; at < free.length; at++) if (sums[free[at]] < sums[free[best]]) best = at;
    const [taken] = free.splice(best, 1);
    by.pairs.remove(taken);
    group.push(taken);
    if (group.length < by.size) add(taken);
  }
}

/** The free pairs with the least cosines. */
class OppositePairs {
  readonly #cosines: Block;
  readonly #free: Uint8Array;
  /** The row behind each row with the least cosine to it when it was looked for; -1 when there was none. */
  readonly #partner: Int32Array;
  /** Their cosine: the least that a free pair of the row can have, since rows are only taken away. */
  readonly #least: Float64Array;

  constructor(cosines: Block) {
    this.#cosines = cosines;
    this.#free = new Uint8Array(cosines.rows).fill(1);
    this.#partner = new Int32Array(cosines.rows);
    this.#least = new Float64Array(cosines.rows);
    for (let row = 0; row < cosines.rows; row++) this.#look(row);
  }

  /** Takes the pair of the least cosine, the first one of equals, out of the free rows, which stay in ascending order. */
  take(free: number[]): number[] {
    for (;;) {
      let first = free[0];
      for (const row of free) if (this.#least[row] < this.#least[first]) first = row;
      const second = this.#partner[first];
      if (second >= 0 && this.#free[second] === 0) {
        this.#look(first);
        continue;
      }
      for (const row of [first, second]) {
        this.remove(row);
        free.splice(free.indexOf(row), 1);
      }
      return [first, second];
    }
  }

  /** The row is free no longer. */
  remove(row: number): void {
    this.#free[row] = 0;
  }

  #look(row: number): void {
    const { data, offset, stride, rows } = this.#cosines;
    let partner = -1;
    let least = Infinity;
    for (let other = row + 1; other < rows; other++) {
      const cosine = data[offset + row * stride + other];
      if (cosine >= least || this.#free[other] === 0) continue;
      least = cosine;
      partner = other;
    }
    this.#partner[row] = partner;
    this.#least[row] = least;
  }
}

/** Unit rows of what is left without the mean; a row on the mean stays 0, at right angles to all. */
function writeCentredDirections(out: Block, { data, offset, stride, rows, cols }: Block): void {
  const mean = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < cols; k++) mean[k] += data[offset + i * stride + k] / rows;
  }
  for (let i = 0; i < rows; i++) {
    const to = out.offset + i * out.stride;
    const row = out.data.subarray(to, to + cols);
    for (let k = 0; k < cols; k++) row[k] = data[offset + i * stride + k] - mean[k];
    scaleToUnit(row);
  }
}
