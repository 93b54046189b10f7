import { ProtoNormError } from '@protonorm/tensor';
import type { AlignOptions } from './align-options.ts';
import { readWeights, type AlignmentWeights } from './alignment-weights.ts';
import { nearestSimplex } from './nearest-simplex.ts';
import type { AlignmentProblem, AlignmentSolution, AlignmentWarning } from './solver.ts';

/** Options of the closed form. */
export interface SimplexOptions {
  /**
   * How much the movement of each prototype costs: all the same, by the samples behind it, or one number > 0 for each
   * row. @defaultValue 'uniform'
   */
  readonly weights?: AlignmentWeights | undefined;
}

/**
 * The closed form for C <= d + 1: the regular simplex, optimal for the largest cosine as well as for every energy of
 * distance, in the position that moves the prototypes least ({@link nearestSimplex}). It is the limit that the released
 * iteration would reach. The common mean of the prototypes has no part in a simplex, so it is lost in any alignment.
 */
export function simplexSolver(problem: AlignmentProblem, options: AlignOptions): AlignmentSolution {
  const { directions, classes, coinciding, rng } = problem;
  const { rows: count, cols: d } = directions;
  if (count > d + 1) {
    throw new ProtoNormError(
      'infeasible-alignment',
      `${count} classes have no regular simplex in ${d} dimensions.`,
      {
        received: count,
        expected: `at most ${d + 1} classes`,
        hint: "Use method 'auto', or features of more dimensions.",
      },
    );
  }
  const weights = readWeights(problem.counts, options.weights);
  const { vectors, filled } =
    count === 1
      ? { vectors: directions.data.slice(), filled: 0 } // a point alone is a simplex where it stands
      : nearestSimplex(directions, weights, {
          rng: rng.split('simplex'),
          ...(options.linearAlgebra && { linearAlgebra: options.linearAlgebra }),
        });
  const warnings: AlignmentWarning[] = coinciding.map((group) => {
    const members = group.map((row) => classes[row]);
    return {
      code: 'coinciding-prototypes',
      message: `Classes ${members.join(', ')} have the same direction; which way each goes was drawn at random.`,
      classes: members,
    };
  });
  if (filled > 0) {
    warnings.push({
      code: 'rank-deficient',
      message: `${filled} of the ${count - 1} directions of the simplex are not given by the prototypes and were drawn at random.`,
      classes: Array.from(classes),
    });
  }
  return { vectors, passes: 0, stop: 'closed-form', meanForce: new Float64Array(0), warnings };
}
