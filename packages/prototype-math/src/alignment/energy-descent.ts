import { ProtoNormError } from '@protonorm/tensor';
import { wholeMatrix } from '../linear-algebra/block.ts';
import type { Shape } from '../linear-algebra/shape.ts';
import { plainLinearAlgebra } from '../linear-algebra/workspace.ts';
import { rieszEnergy, rieszEnergyShapes } from '../minimisation/riesz-energy.ts';
import { minimiseOnSpheres } from '../minimisation/sphere-lbfgs.ts';
import type { AlignOptions } from './align-options.ts';
import { onePoint } from './one-point.ts';
import type { AlignmentProblem, AlignmentSolution } from './solver.ts';
import { startAroundMean } from './start-around-mean.ts';

/** Options of the descent on the Riesz energy. */
export interface EnergyDescentOptions {
  /** Exponent of the energy, finite, >= 0: 0 logarithmic, 1 Coulomb (Thomson's problem). @defaultValue 0 */
  readonly s?: number | undefined;
}

/** Evaluations unless `passes` says otherwise. */
const EVALUATIONS = 2000;
/** Root mean square of the tangential forces that counts as a minimum. */
const TOLERANCE = 1e-9;

/**
 * A minimum of the Riesz energy, sum over pairs of |u_a - u_b|^-s (Thomson's problem for s = 1, the energy of the released
 * alignment for s = 0), by L-BFGS on the spheres ({@link minimiseOnSpheres}) from the directions of the centred prototypes.
 *
 * What it finds is a local minimum; from random starts that is mostly the global one up to some 70 points in R^3.
 *
 * @throws `invalid-argument` for s, and for `passes` that are no integer >= 10
 */
export function energySolver(problem: AlignmentProblem, options: AlignOptions): AlignmentSolution {
  const { directions } = problem;
  const { s = 0, passes = EVALUATIONS } = options;
  if (!(s >= 0 && s < Infinity)) {
    throw new ProtoNormError('invalid-argument', `s must be finite and >= 0, received ${s}.`, {
      received: s,
    });
  }
  if (!(Number.isSafeInteger(passes) && passes >= 10)) {
    throw new ProtoNormError('invalid-argument', `passes must be an integer >= 10, received ${passes}.`, {
      received: passes,
      expected: 'an integer >= 10',
    });
  }
  const { rows, cols } = directions;
  if (rows === 1) return onePoint(problem);
  const start = wholeMatrix(new Float64Array(rows * cols), rows, cols);
  const { warnings } = startAroundMean(problem, start);
  const vectors = start.data;
  const shape: Shape = [rows, cols];
  using workspace = (options.linearAlgebra ?? plainLinearAlgebra).open(rieszEnergyShapes(shape));
  const forces: number[] = [];
  const { end } = minimiseOnSpheres(vectors, rieszEnergy(workspace, s), {
    dim: cols,
    evaluations: passes,
    tolerance: TOLERANCE,
    signal: options.signal,
    onStep(_, gradientNorm) {
      forces.push(gradientNorm);
      options.onStep?.({ pass: forces.length, meanForce: gradientNorm, learningRate: 1 });
    },
  });
  return {
    vectors,
    passes: forces.length,
    stop: end === 'evaluations' ? 'iterations' : end,
    meanForce: Float64Array.from(forces),
    warnings,
  };
}
