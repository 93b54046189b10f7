import type { AlignOptions } from './align-options.ts';
import { annealSolver } from './anneal.ts';
import { neighboursSolver } from './neighbours.ts';
import { orthoSimplicesSolver } from './ortho-simplices.ts';
import { simplexSolver } from './simplex.ts';
import type { AlignmentProblem, AlignmentSolution } from './solver.ts';

/** From so many classes on, forces come from the nearest rows alone: a pass over all pairs would take minutes. */
const MANY = 5000;

/**
 * The best method for the size: the closed form where there is one (`simplex` for C <= d + 1, `orthoSimplices` for
 * C <= 2 d), the annealed soft maximum above, by neighbour lists from 5,000 classes on.
 */
export function autoSolver(problem: AlignmentProblem, options: AlignOptions): AlignmentSolution {
  const { rows, cols } = problem.directions;
  if (rows <= cols + 1) return { ...simplexSolver(problem, options), method: 'simplex' };
  if (rows <= 2 * cols) return { ...orthoSimplicesSolver(problem, options), method: 'orthoSimplices' };
  if (rows < MANY) return { ...annealSolver(problem, options), method: 'anneal' };
  return { ...neighboursSolver(problem, options), method: 'neighbours' };
}
