import type { Block } from '../linear-algebra/block.ts';
import { exponential } from '../linear-algebra/exponential.ts';
import type { Shape, Workspace } from '../linear-algebra/workspace.ts';
import { PairForces, type TileWeights } from './pair-forces.ts';

/** What one evaluation tells. */
export interface SoftMaxCosine {
  /** Largest cosine of two rows. */
  readonly maxCosine: number;
  /** Sum over the pairs i < j of their weights. */
  readonly weightSum: number;
}

/** How an evaluation weighs pairs. */
export interface SoftMaxWeighting {
  /** b > 0. */
  readonly sharpness: number;
  /** Near the largest cosine: weights are exp(b (c - top)), 1 above it. */
  readonly top: number;
  /** Exponent below which a pair has no part. @defaultValue -20: e^-20 of the closest pair's is none in a direction of descent */
  readonly negligible?: number;
}

/**
 * Forces that lower the soft maximum of the cosines, f = (1/b) log sum over pairs of exp(b c_ij), up to a common factor:
 * F_i = -sum over j of exp(b (c_ij - top)) u_j. As b grows f goes to the largest cosine itself, from above by at most
 * log(C (C - 1) / 2) / b.
 */
export class SoftMaxCosineForces {
  readonly #pairs: PairForces;

  /** @param matrices - of the workspace, of the shapes of {@link SoftMaxCosineForces.shapes} */
  constructor(workspace: Workspace, matrices: readonly Block[]) {
    this.#pairs = new PairForces(workspace, matrices);
  }

  /** What it needs in a workspace for points of a shape. */
  static shapes(points: Shape): readonly Shape[] {
    return PairForces.shapes(points);
  }

  /** Shape [C, d]. */
  get forces(): Block {
    return this.#pairs.forces;
  }

  /**
   * Overwrites `forces`.
   *
   * @param points - unit rows in the workspace, shape [C, d], C >= 2
   */
  at(points: Block, { sharpness, top, negligible = -20 }: SoftMaxWeighting): SoftMaxCosine {
    let maxCosine = -1;
    let weightSum = 0;
    const weighting = { sharpness, top, negligible };
    this.#pairs.at(points, (tile) => {
      const found = fillWeights(tile, weighting);
      weightSum += found.weightSum;
      if (found.maxCosine > maxCosine) maxCosine = found.maxCosine;
      return found.weightSum > 0;
    });
    return { maxCosine, weightSum };
  }
}

function fillWeights(tile: TileWeights, by: Required<SoftMaxWeighting>): SoftMaxCosine {
  const { sharpness, top, negligible } = by;
  const { data, offset, stride, rows, cols } = tile.cosines;
  const { data: byRow, offset: rowAt } = tile.byRow;
  const { data: byColumn, offset: columnAt } = tile.byColumn;
  const onDiagonal = tile.rowFrom === tile.colFrom;
  let maxCosine = -1;
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const from = i * stride;
    for (let j = 0; j < cols; j++) {
      let weight = 0;
      if (!onDiagonal || i !== j) {
        const cosine = data[offset + from + j];
        if (cosine > maxCosine) maxCosine = cosine;
        const x = sharpness * (cosine - top);
        if (x > negligible) weight = x < 0 ? exponential(x) : 1;
        sum += weight;
      }
      byRow[rowAt + from + j] = -weight;
      byColumn[columnAt + j * stride + i] = -weight;
    }
  }
  return { maxCosine, weightSum: onDiagonal ? sum / 2 : sum };
}
