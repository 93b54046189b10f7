import { forEachGramTile, type GramTile } from '../linear-algebra/gram-tiles.ts';
import type { Block } from '../linear-algebra/block.ts';
import type { LinearAlgebra } from '../linear-algebra/workspace.ts';
import { LogDistances } from './log-distances.ts';
import { openPairs, pairDistance } from './pair-distances.ts';

/** What all pairs of unit rows have in common. */
export interface PairStatistics {
  /** The pair with the least distance; of equals the first by i, then j. -1 and -1 when there is no pair. */
  readonly closest: readonly [i: number, j: number];
  /** |u_i - u_j|^2 of the closest pair; Infinity when there is none. */
  readonly squaredDistance: number;
  /** Cosine of the closest pair. */
  readonly maxCosine: number;
  readonly minCosine: number;
  readonly cosineSum: number;
  /** Sum of -log distance. */
  readonly logEnergy: number;
  /** Sum of 1/distance. */
  readonly coulombEnergy: number;
}

/**
 * Statistics of all pairs of unit rows; C^2 d flops in tiles, and one pass over the pairs.
 *
 * @param rows - shape [C, d], unit rows
 * @param options - `signal` is looked at for each row of tiles
 */
export function pairStatistics(
  rows: Block,
  options: {
    readonly linearAlgebra?: LinearAlgebra | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): PairStatistics {
  let [first, second] = [-1, -1];
  let squaredDistance = Infinity;
  let maxCosine = -Infinity;
  let minCosine = Infinity;
  let cosineSum = 0;
  let coulombEnergy = 0;
  const distances = new LogDistances();

  const visit = ({ rowFrom, colFrom, values }: GramTile): void => {
    if (rowFrom === colFrom) options.signal?.throwIfAborted();
    const { data, offset, stride, rows: height, cols: width } = values;
    // Numbers of the closure would be read and written through memory for every pair.
    let [closest, least, sum, coulomb] = [squaredDistance, minCosine, cosineSum, coulombEnergy];
    let product = distances.product;
    for (let i = 0; i < height; i++) {
      const from = offset + i * stride;
      for (let j = rowFrom === colFrom ? i + 1 : 0; j < width; j++) {
        const value = data[from + j];
        const cosine = value > 1 ? 1 : value < -1 ? -1 : value;
        const distance2 = pairDistance(rows, cosine, rowFrom + i, colFrom + j);
        if (distance2 <= closest) {
          const [row, column] = [rowFrom + i, colFrom + j];
          if (distance2 < closest || row < first || (row === first && column < second)) {
            [first, second] = [row, column];
            closest = distance2;
            maxCosine = cosine;
          }
        }
        if (cosine < least) least = cosine;
        sum += cosine;
        coulomb += 1 / Math.sqrt(distance2);
        product = distances.multiply(product, distance2);
      }
    }
    [squaredDistance, minCosine, cosineSum, coulombEnergy] = [closest, least, sum, coulomb];
    distances.product = product;
  };
  using pairs = openPairs(rows, options.linearAlgebra);
  forEachGramTile(pairs.points, visit, pairs);
  return {
    closest: [first, second],
    squaredDistance,
    maxCosine,
    minCosine,
    cosineSum,
    logEnergy: distances.energy,
    coulombEnergy,
  };
}
