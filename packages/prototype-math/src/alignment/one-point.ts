import type { AlignmentProblem, AlignmentSolution } from './solver.ts';

/** One prototype alone has nothing to go away from: it stays where it stands. */
export function onePoint({ directions }: AlignmentProblem): AlignmentSolution {
  return {
    vectors: directions.data.slice(),
    passes: 0,
    stop: 'closed-form',
    meanForce: new Float64Array(0),
    warnings: [],
  };
}
