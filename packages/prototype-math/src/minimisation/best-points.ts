import type { Block } from '../linear-algebra/block.ts';

/** Keeps a copy of the points with the smallest largest cosine so far. */
export class BestPoints {
  readonly vectors: Float64Array;
  readonly #points: Block;
  #maxCosine = Infinity;

  constructor(points: Block) {
    this.#points = points;
    this.vectors = new Float64Array(points.rows * points.cols);
  }

  offer(maxCosine: number): void {
    if (maxCosine >= this.#maxCosine) return;
    this.#maxCosine = maxCosine;
    const { data, offset } = this.#points;
    this.vectors.set(data.subarray(offset, offset + this.vectors.length));
  }
}
