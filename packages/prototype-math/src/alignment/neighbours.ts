import type { Shape } from '../linear-algebra/shape.ts';
import { plainLinearAlgebra } from '../linear-algebra/workspace.ts';
import { annealingAt } from '../minimisation/annealing-schedule.ts';
import { stepWithMomentum } from '../minimisation/momentum-step.ts';
import { neighbourForces } from '../minimisation/neighbour-forces.ts';
import { findNeighbours, neighbourListShapes, type NeighbourLists } from '../minimisation/neighbour-lists.ts';
import { makeTangential } from '../minimisation/tangential.ts';
import type { AlignOptions } from './align-options.ts';
import { readAnnealOptions } from './anneal-options.ts';
import { onePoint } from './one-point.ts';
import type { AlignmentProblem, AlignmentSolution } from './solver.ts';
import { startAroundMean } from './start-around-mean.ts';

/** Rows in a list: fewer miss pairs that come close before the lists are made again. */
const LENGTH = 48;
/** Passes between two searches. */
const PASSES_OF_LISTS = 5;

/**
 * The annealed soft maximum of `anneal` with forces from the nearest 48 rows alone, for tens of thousands of classes: a pass
 * costs 200 C d flops, and the search for the nearest rows, C^2 d, is done every fifth pass.
 *
 * In the first passes everything is near everything, and more rows would push; the result stays some .01 above that of
 * `anneal`. Up to 49 classes this is `anneal` with all rows.
 */
export function neighboursSolver(problem: AlignmentProblem, options: AlignOptions): AlignmentSolution {
  const { directions } = problem;
  const { rows, cols } = directions;
  const { passes } = readAnnealOptions(options);
  if (rows === 1) return onePoint(problem);
  const shape: Shape = [rows, cols];
  using workspace = (options.linearAlgebra ?? plainLinearAlgebra).open([shape, ...neighbourListShapes]);
  const [points, tile] = workspace.matrices;
  const { warnings } = startAroundMean(problem, points);
  const forces = { ...points, data: new Float64Array(rows * cols), offset: 0 };
  const velocity = new Float64Array(rows * cols);
  const meanForce = new Float64Array(passes);
  const length = Math.min(LENGTH, rows - 1);
  let lists: NeighbourLists | undefined;
  let top = 1;
  for (let pass = 0; pass < passes; pass++) {
    options.signal?.throwIfAborted();
    if (lists === undefined || pass % PASSES_OF_LISTS === 0)
      lists = findNeighbours(points, length, { workspace, tile });
    const { sharpness, learningRate } = annealingAt(pass / (passes - 1), 50);
    const maxCosine = neighbourForces(points, forces, { lists, sharpness, top });
    top = maxCosine;
    const force = makeTangential(forces, points);
    stepWithMomentum(points, { forces, velocity, learningRate, meanForce: force });
    meanForce[pass] = force;
    options.onStep?.({ pass: pass + 1, meanForce: force, learningRate, maxCosine });
  }
  const vectors = points.data.slice(points.offset, points.offset + rows * cols);
  return { vectors, passes, stop: 'iterations', meanForce, warnings };
}
