import { ProtoNormError, type Rng } from '@protonorm/tensor';
import type { Block } from '../linear-algebra/block.ts';
import { polarFactorShapes, replaceByPolarFactor } from '../linear-algebra/polar-factor.ts';
import { apart } from '../linear-algebra/shape.ts';
import { plainLinearAlgebra, type LinearAlgebra } from '../linear-algebra/workspace.ts';
import type { AlignOptions } from './align-options.ts';
import { readWeights } from './alignment-weights.ts';
import { codeTimes, codeTransposeTimes, type Groups } from './block-code.ts';
import { coincidenceWarnings } from './coincidence-warnings.ts';
import { oppositeGroups } from './opposite-groups.ts';
import { simplexSolver } from './simplex.ts';
import type { AlignmentProblem, AlignmentSolution } from './solver.ts';

/**
 * Singular values below this (unit rows, weights of mean 1) are the noise of float32 input. Without the sqrt(C) of the
 * simplex: the matrix is square here, and a random one of 512 rows has singular values near .001 that mean something.
 */
const NOISE = 1e-6;

/**
 * The closed form for d + 1 < C <= 2 d: C - d regular simplices of near-equal size that are orthogonal to each other; the
 * cross-polytope at C = 2 d.
 *
 * Their largest cosine is 0, the optimum for more than d + 1 points (Rankin 1955), and no lower logarithmic energy is
 * known. {@link oppositeGroups} says which prototypes share a simplex; then the position that moves the prototypes P least
 * is orthogonal Procrustes: S = K polar(K^T diag(weights) P) with the block code K of the groups. The weights have no say
 * in the grouping. Exact to 1e-12 whatever the input: directions that it leaves open are drawn from `rng`. Up to
 * C = d + 1, where one simplex is better, this is the method `simplex`, bit for bit.
 *
 * @param problem - `directions` of shape [C, d], 1 <= C <= 2 d
 * @param options - `weights`: cost of moving each row, as for `simplex`
 * @returns float64 rows, shape [C, d]; (1000, 512) takes some 2 s
 * @throws `infeasible-alignment` for C > 2 d; `invalid-argument`, `shape-mismatch` for weights
 */
export function orthoSimplicesSolver(problem: AlignmentProblem, options: AlignOptions): AlignmentSolution {
  const { directions, classes, counts, rng } = problem;
  const { rows: count, cols: d } = directions;
  if (count <= d + 1) return simplexSolver(problem, options);
  if (count > 2 * d) {
    throw new ProtoNormError(
      'infeasible-alignment',
      `${count} classes cannot all be at right angles or wider in ${d} dimensions.`,
      {
        received: count,
        expected: `at most ${2 * d} classes`,
        hint: `Use method 'auto', or features of ${Math.ceil(count / 2)} dimensions or more.`,
      },
    );
  }
  const weights = readWeights(counts, options.weights);
  const linearAlgebra = options.linearAlgebra ?? plainLinearAlgebra;
  const groups = oppositeGroups(directions, count - d, linearAlgebra);
  const { vectors, drawn } = nearestPosition(directions, groups, {
    weights,
    rng: rng.split('ortho-simplices'),
    linearAlgebra,
  });
  const warnings = coincidenceWarnings(problem);
  if (drawn > 0) {
    warnings.push({
      code: 'rank-deficient',
      message: `${drawn} of the ${d} directions of the simplices are not given by the prototypes and were drawn at random.`,
      classes: Array.from(classes),
    });
  }
  return {
    vectors,
    passes: 0,
    stop: 'closed-form',
    meanForce: new Float64Array(0),
    warnings,
  };
}

/** The position of the simplices that moves the rows least, and how many of its directions were drawn. */
function nearestPosition(
  rows: Block,
  groups: Groups,
  by: { readonly weights: Float64Array; readonly rng: Rng; readonly linearAlgebra: LinearAlgebra },
): { readonly vectors: Float64Array; readonly drawn: number } {
  const { weights, rng, linearAlgebra } = by;
  const { cols: d } = rows;
  using workspace = linearAlgebra.open([apart([d, d]), ...polarFactorShapes([d, d])]);
  const [wide, ...matrices] = workspace.matrices;
  const position = { ...wide, cols: d };
  codeTransposeTimes(position, rows, { groups, weights });
  const noise = NOISE * weights.reduce((least, w) => Math.min(least, w));
  const drawn = replaceByPolarFactor(position, { workspace, matrices }, { noise, rng });
  return { vectors: codeTimes(position, groups).data, drawn };
}
