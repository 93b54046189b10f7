import type { Shape } from '../linear-algebra/shape.ts';
import type { Workspace } from '../linear-algebra/workspace.ts';
import { SoftMaxCosineForces } from './soft-max-cosine.ts';
import type { SphereObjective } from './sphere-lbfgs.ts';

/** e^-40 of the largest weight is less than a rounding of the sum, so the value is smooth enough for a line search. */
const NEGLIGIBLE = -40;
/** Largest b (top - maxCosine) of an evaluation that counts: beyond, pairs that matter come near {@link NEGLIGIBLE}. */
const SLACK = 5;

/**
 * The soft maximum of the cosines, f = (1/b) log sum over pairs of exp(b c_ij), and its gradient: a smooth function that
 * exceeds the largest cosine by log(C (C - 1) / 2) / b at most.
 *
 * df/du_i = sum over j of w_ij u_j with w_ij = exp(b c_ij) / sum over pairs of exp(b c). Exponents are taken relative to the
 * largest cosine of the evaluation before, and once more where that was too low or far too high.
 *
 * @param workspace - opened with {@link softMaxCosineShapes}
 * @param sharpness - b > 0
 */
export function softMaxCosine(workspace: Workspace, sharpness: number): SphereObjective {
  const [points, ...others] = workspace.matrices;
  const field = new SoftMaxCosineForces(workspace, others);
  let top = 1;
  return (rows, gradient) => {
    points.data.set(rows, points.offset);
    const at = () => field.at(points, { sharpness, top, negligible: NEGLIGIBLE });
    let found = at();
    if (found.maxCosine > top || sharpness * (top - found.maxCosine) > SLACK) {
      top = found.maxCosine;
      found = at();
    }
    const value = top + Math.log(found.weightSum) / sharpness;
    const { data, offset } = field.forces;
    for (let k = 0; k < gradient.length; k++) gradient[k] = -data[offset + k] / found.weightSum;
    top = found.maxCosine;
    return value;
  };
}

/** What {@link softMaxCosine} needs in a workspace for points of a shape, C >= 2. */
export function softMaxCosineShapes(points: Shape): readonly Shape[] {
  return [points, ...SoftMaxCosineForces.shapes(points)];
}
