import type { Block } from '../linear-algebra/block.ts';
import { forEachGramTile, GRAM_TILE } from '../linear-algebra/gram-tiles.ts';
import type { Shape } from '../linear-algebra/shape.ts';
import type { Workspace } from '../linear-algebra/workspace.ts';

/** The nearest rows of each row. */
export interface NeighbourLists {
  /** Rows of each list. */
  readonly length: number;
  /** Shape [C, length], int32: the rows with the largest cosines, in no order. */
  readonly indices: Int32Array;
  /** Shape [C]: the smallest cosine of each list when it was made. */
  readonly edge: Float64Array;
}

/**
 * Finds the nearest rows of each row exactly, by all C^2 / 2 inner products in tiles; memory C times the length.
 *
 * @param on - the workspace that the rows lie in, and a buffer of {@link neighbourListShapes} in it
 * @param length - 1..C - 1
 */
export function findNeighbours(
  rows: Block,
  length: number,
  on: { readonly workspace: Workspace; readonly tile: Block },
): NeighbourLists {
  const heaps = new CosineHeaps(rows.rows, length);
  forEachGramTile(
    rows,
    ({ rowFrom, colFrom, values }) => {
      const { data, offset, stride, rows: height, cols: width } = values;
      const onDiagonal = rowFrom === colFrom;
      for (let i = 0; i < height; i++) {
        const row = rowFrom + i;
        const from = offset + i * stride;
        for (let j = onDiagonal ? i + 1 : 0; j < width; j++) {
          const cosine = data[from + j];
          if (cosine > heaps.edge[row]) heaps.offer(row, colFrom + j, cosine);
          if (cosine > heaps.edge[colFrom + j]) heaps.offer(colFrom + j, row, cosine);
        }
      }
    },
    on,
  );
  return { length, indices: heaps.indices, edge: heaps.edge };
}

/** What {@link findNeighbours} needs in a workspace. */
export const neighbourListShapes: readonly Shape[] = [GRAM_TILE];

/** The largest cosines of each row so far: a heap for each, its smallest on top; below -1 until it is full. */
class CosineHeaps {
  readonly indices: Int32Array;
  readonly edge: Float64Array;
  readonly #cosines: Float64Array;
  readonly #length: number;

  constructor(rows: number, length: number) {
    this.#length = length;
    this.indices = new Int32Array(rows * length).fill(-1);
    this.#cosines = new Float64Array(rows * length).fill(-2);
    this.edge = new Float64Array(rows).fill(-2);
  }

  /** Takes a cosine in for the row's smallest one, which it must exceed. */
  offer(row: number, index: number, cosine: number): void {
    const { indices } = this;
    const cosines = this.#cosines;
    const length = this.#length;
    const base = row * length;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= length) break;
      if (child + 1 < length && cosines[base + child + 1] < cosines[base + child]) child++;
      if (cosines[base + child] >= cosine) break;
      cosines[base + hole] = cosines[base + child];
      indices[base + hole] = indices[base + child];
      hole = child;
    }
    cosines[base + hole] = cosine;
    indices[base + hole] = index;
    this.edge[row] = cosines[base];
  }
}
