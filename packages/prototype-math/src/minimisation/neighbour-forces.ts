import type { Block } from '../linear-algebra/block.ts';
import { exponential } from '../linear-algebra/exponential.ts';
import type { NeighbourLists } from './neighbour-lists.ts';

/**
 * Forces of the soft maximum of the cosines from the nearest rows alone: F_i = -sum over the list of w u_j with
 * w = exp(b (c_ij - top)) - exp(b (edge_i - top)), never below 0.
 *
 * What lies beyond a list would push less than its edge; without the subtraction, what comes in or goes out at the edge
 * would be felt as a jump, and the descent ends far above the optimum (measured at (1000, 64): .35 instead of .16).
 *
 * @param forces - shape [C, d], overwritten
 * @returns the largest cosine in the lists; 4 C d flops for each of their rows
 */
export function neighbourForces(
  points: Block,
  forces: Block,
  by: { readonly lists: NeighbourLists; readonly sharpness: number; readonly top: number },
): number {
  const { lists, sharpness, top } = by;
  const { data: u, offset, cols: d } = points;
  const { data: f, offset: forceOffset } = forces;
  const { length, indices, edge } = lists;
  let maxCosine = -1;
  f.fill(0, forceOffset, forceOffset + points.rows * d);
  for (let i = 0; i < points.rows; i++) {
    const own = offset + i * d;
    const force = forceOffset + i * d;
    const atEdge = weight(sharpness * (edge[i] - top));
    for (let n = i * length; n < (i + 1) * length; n++) {
      const other = offset + indices[n] * d;
      let cosine = 0;
      for (let k = 0; k < d; k++) cosine += u[own + k] * u[other + k];
      if (cosine > maxCosine) maxCosine = cosine;
      const w = weight(sharpness * (cosine - top)) - atEdge;
      if (w <= 0) continue;
      for (let k = 0; k < d; k++) f[force + k] -= w * u[other + k];
    }
  }
  return maxCosine;
}

function weight(x: number): number {
  if (x >= 0) return 1;
  return x > -700 ? exponential(x) : 0;
}
