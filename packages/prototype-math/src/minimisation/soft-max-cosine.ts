import type { Block } from '../linear-algebra/block.ts';
import type { SoftMaxWeighting } from '../linear-algebra/soft-max-weights.ts';
import type { Shape } from '../linear-algebra/shape.ts';
import type { Workspace } from '../linear-algebra/workspace.ts';
import { PairForces } from './pair-forces.ts';

/** e^-20 of the closest pair's weight is none in a direction of descent. */
const NEGLIGIBLE = -20;

/** What one evaluation tells. */
export interface SoftMaxCosine {
  /** Largest cosine of two rows. */
  readonly maxCosine: number;
  /** Sum over the pairs i < j of their weights. */
  readonly weightSum: number;
}

/**
 * Forces that lower the soft maximum of the cosines, f = (1/b) log sum over pairs of exp(b c_ij), up to a common factor:
 * F_i = -sum over j of exp(b (c_ij - top)) u_j. As b grows f goes to the largest cosine itself, from above by at most
 * log(C (C - 1) / 2) / b.
 */
export class SoftMaxCosineForces {
  readonly #workspace: Workspace;
  readonly #pairs: PairForces;

  /** @param matrices - of the workspace, of the shapes of {@link SoftMaxCosineForces.shapes} */
  constructor(workspace: Workspace, matrices: readonly Block[]) {
    this.#workspace = workspace;
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
  at(
    points: Block,
    {
      sharpness,
      top,
      negligible = NEGLIGIBLE,
    }: Omit<SoftMaxWeighting, 'negligible'> & Partial<SoftMaxWeighting>,
  ): SoftMaxCosine {
    let maxCosine = -1;
    let weightSum = 0;
    this.#pairs.at(points, ({ values, rowFrom, colFrom }) => {
      const diagonal = rowFrom === colFrom;
      const found = this.#workspace.softMaxWeights(values, { sharpness, top, negligible, diagonal });
      weightSum += diagonal ? found.weightSum / 2 : found.weightSum;
      if (found.maxCosine > maxCosine) maxCosine = found.maxCosine;
      return found.weightSum > 0 ? values : undefined;
    });
    return { maxCosine, weightSum };
  }
}
