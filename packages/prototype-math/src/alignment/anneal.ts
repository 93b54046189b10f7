import { annealingAt } from '../minimisation/annealing-schedule.ts';
import { BestPoints } from '../minimisation/best-points.ts';
import { stepWithMomentum } from '../minimisation/momentum-step.ts';
import type { Shape } from '../linear-algebra/shape.ts';
import { plainLinearAlgebra, type LinearAlgebra } from '../linear-algebra/workspace.ts';
import type { AlignOptions } from './align-options.ts';
import { readAnnealOptions } from './anneal-options.ts';
import { SoftMaxCosineForces } from '../minimisation/soft-max-cosine.ts';
import { makeTangential } from '../minimisation/tangential.ts';
import { onePoint } from './one-point.ts';
import type { AlignmentProblem, AlignmentSolution } from './solver.ts';
import { startAroundMean } from './start-around-mean.ts';

/**
 * Annealed soft maximum of the cosines: descent on f = (1/b) log sum of exp(b c_ij) ({@link SoftMaxCosineForces}) while b
 * grows from pass to pass, so that first all pairs and in the end the closest ones alone push each other apart.
 *
 *     v = .7 v + step F_i / max(|F_i|, mean |F|);  u = (u + v) / |u + v|
 *
 * from the directions of the centred prototypes; the result is the pass with the smallest largest cosine. For C > 2 d, where
 * no closed form is known; 3 C^2 d flops a pass, memory C d. Steps, sharpness and momentum were chosen on (20, 8), (100, 8),
 * (200, 64), (30, 3) and (300, 16).
 */
export function annealSolver(problem: AlignmentProblem, options: AlignOptions): AlignmentSolution {
  const { directions } = problem;
  const { passes } = readAnnealOptions(options);
  if (directions.rows === 1) return onePoint(problem);
  const shape: Shape = [directions.rows, directions.cols];
  const linearAlgebra: LinearAlgebra = options.linearAlgebra ?? plainLinearAlgebra;
  using workspace = linearAlgebra.open([shape, ...SoftMaxCosineForces.shapes(shape)]);
  const [points, ...others] = workspace.matrices;
  const { warnings } = startAroundMean(problem, points);
  const field = new SoftMaxCosineForces(workspace, others);
  const best = new BestPoints(points);
  const meanForce = new Float64Array(passes);
  const velocity = new Float64Array(directions.rows * directions.cols);
  let top = 1;
  for (let pass = 0; pass < passes; pass++) {
    options.signal?.throwIfAborted();
    const { sharpness, learningRate } = annealingAt(pass / (passes - 1), 100);
    const { maxCosine } = field.at(points, { sharpness, top });
    best.offer(maxCosine);
    top = maxCosine;
    const force = makeTangential(field.forces, points);
    stepWithMomentum(points, { forces: field.forces, velocity, learningRate, meanForce: force });
    meanForce[pass] = force;
    options.onStep?.({ pass: pass + 1, meanForce: force, learningRate, maxCosine });
  }
  best.offer(field.at(points, { sharpness: annealingAt(1, 100).sharpness, top }).maxCosine);
  return { vectors: best.vectors, passes, stop: 'iterations', meanForce, warnings };
}
