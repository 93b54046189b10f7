import type { Block } from './block.ts';
import { exponential } from './exponential.ts';

/** How pairs are weighed. */
export interface SoftMaxWeighting {
  /** b > 0. */
  readonly sharpness: number;
  /** Near the largest cosine: weights are exp(b (c - top)), 1 above it. */
  readonly top: number;
  /** Exponent, -700 or more, at and below which a pair has no weight. */
  readonly negligible: number;
}

/** What the pairs of a tile have in common. */
export interface SoftMaxTile {
  /** Largest cosine; -1 when there is no larger one. */
  readonly maxCosine: number;
  /** Sum of the weights. */
  readonly weightSum: number;
}

/**
 * Cosines of pairs become their weights in the soft maximum, negative: c := -exp(b (c - top)), in place.
 *
 * @param tile - shape [rows, cols]
 * @param by - `diagonal`: the pairs on the diagonal are none, their weight is 0
 */
export function softMaxWeights(
  tile: Block,
  by: SoftMaxWeighting & { readonly diagonal: boolean },
): SoftMaxTile {
  const { sharpness, top, negligible, diagonal } = by;
  const { data, offset, stride, rows, cols } = tile;
  let maxCosine = -1;
  let weightSum = 0;
  for (let i = 0; i < rows; i++) {
    const from = offset + i * stride;
    for (let j = 0; j < cols; j++) {
      let weight = 0;
      if (!diagonal || i !== j) {
        const cosine = data[from + j];
        if (cosine > maxCosine) maxCosine = cosine;
        const x = sharpness * (cosine - top);
        if (x > negligible) weight = x < 0 ? exponential(x) : 1;
        weightSum += weight;
      }
      data[from + j] = -weight;
    }
  }
  return { maxCosine, weightSum };
}
