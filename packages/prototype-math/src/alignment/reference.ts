import { ProtoNormError } from '@protonorm/tensor';
import { addProduct } from '../linear-algebra/add-product.ts';
import { wholeMatrix, type Block } from '../linear-algebra/block.ts';
import { spanCoordinates } from '../linear-algebra/thin-qr.ts';
import type { Shape } from '../linear-algebra/shape.ts';
import { plainLinearAlgebra } from '../linear-algebra/workspace.ts';
import type { AlignOptions } from './align-options.ts';
import { createForceWatch } from './force-watch.ts';
import { LogRepulsion } from './log-repulsion.ts';
import { readReferenceOptions, type ReferenceParameters } from './reference-options.ts';
import type { AlignmentProblem, AlignmentSolution, AlignmentWarning } from './solver.ts';

/**
 * The released alignment (ProtoNorm e816cef, `serverprotonorm.py`, `optimize_proto`), pass by pass on the same trajectory:
 *
 *     F = forces at u;  v = momentum v + rate F;  u = (u + v) / |u + v|;  after passes 0, 10, 20, ...: rate *= .95
 *
 * and then the early stop of {@link createForceWatch}, which looks at the forces before the step. Where it differs from
 * the paper (arXiv 2507.04310): the paper speaks of the Thomson problem, that is of electrons with Coulomb energy
 * sum 1/|u_a - u_b|, whose force falls with the square of the distance; the code's force (u_a - u_b)/|u_a - u_b|^2 falls
 * with the distance and is the gradient of the logarithmic energy -sum log |u_a - u_b|. We follow the code. Both energies
 * have the regular simplex as their minimum for C <= d + 1. The velocity is never made tangential: its radial part slows
 * the method down, which is why the early stop ends it long before its own optimum.
 *
 * Computed in the span of the prototypes (forces are combinations of them, so nothing ever leaves it) in min(C, d)
 * coordinates, and with Gram matrices in place of C x C x d differences; float64 where the release has float32.
 * Prototypes that share a direction never part, as released: their difference, and so the force between them, is 0.
 */
export function referenceSolver(problem: AlignmentProblem, options: AlignOptions): AlignmentSolution {
  const parameters = readReferenceOptions(options);
  const { directions, coinciding } = problem;
  const { representatives, rowOf, multiplicity } = mergeEquals(directions.rows, coinciding);
  const { points, basis } = toSpan(directions, representatives);
  const { passes, stop, meanForce } = iterate(points, multiplicity, { parameters, options });
  const spread = basis === undefined ? points : fromSpan(points, basis);
  const { rows, cols } = directions;
  const vectors = new Float64Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    vectors.set(spread.data.subarray(rowOf[row] * cols, (rowOf[row] + 1) * cols), row * cols);
  }
  return { vectors, passes, stop, meanForce, warnings: warningsOf(problem, points.rows, basis?.rows) };
}

/** The iteration itself; `points` [C, r] are moved in place. */
function iterate(
  points: Block,
  multiplicity: Float64Array,
  { parameters, options }: { readonly parameters: ReferenceParameters; readonly options: AlignOptions },
): Pick<AlignmentSolution, 'passes' | 'stop' | 'meanForce'> {
  const shape: Shape = [points.rows, points.cols];
  using workspace = (options.linearAlgebra ?? plainLinearAlgebra).open([
    shape,
    ...LogRepulsion.shapes(shape),
  ]);
  const [moved, ...others] = workspace.matrices;
  moved.data.set(points.data, moved.offset);
  const result = movePasses(moved, new LogRepulsion(workspace, others), {
    multiplicity,
    parameters,
    options,
  });
  points.data.set(moved.data.subarray(moved.offset, moved.offset + points.data.length));
  return result;
}

function movePasses(
  points: Block,
  repulsion: LogRepulsion,
  by: {
    readonly multiplicity: Float64Array;
    readonly parameters: ReferenceParameters;
    readonly options: AlignOptions;
  },
): Pick<AlignmentSolution, 'passes' | 'stop' | 'meanForce'> {
  const { multiplicity, parameters, options } = by;
  const { iterations, momentum, decay, decayEvery, earlyStop } = parameters;
  const velocity = new Float64Array(points.rows * points.cols);
  const meanForces: number[] = [];
  const shouldStop = createForceWatch(earlyStop);
  let learningRate = parameters.learningRate;
  for (let pass = 0; pass < iterations; pass++) {
    options.signal?.throwIfAborted();
    const meanForce = repulsion.at(points, multiplicity);
    step(points, velocity, { forces: repulsion.forces, momentum, learningRate });
    meanForces.push(meanForce);
    options.onStep?.({ pass: pass + 1, meanForce, learningRate });
    if (pass % decayEvery === 0) learningRate *= decay;
    if (shouldStop(pass, meanForce)) {
      return { passes: pass + 1, stop: 'early-stop', meanForce: Float64Array.from(meanForces) };
    }
  }
  return { passes: iterations, stop: 'iterations', meanForce: Float64Array.from(meanForces) };
}

/** v = momentum v + rate F, u = (u + v) / |u + v|. */
function step(
  points: Block,
  velocity: Float64Array,
  by: { readonly forces: Block; readonly momentum: number; readonly learningRate: number },
): void {
  const { data, offset, rows, cols } = points;
  const { forces, momentum, learningRate } = by;
  for (let row = 0; row < rows; row++) {
    let squares = 0;
    for (let at = row * cols; at < (row + 1) * cols; at++) {
      velocity[at] = momentum * velocity[at] + learningRate * forces.data[forces.offset + at];
      const moved = data[offset + at] + velocity[at];
      data[offset + at] = moved;
      squares += moved * moved;
    }
    const norm = Math.sqrt(squares);
    if (!(norm > 0 && norm < Infinity)) {
      throw new ProtoNormError(
        'not-finite',
        `The alignment left the range of numbers (norm ${norm} in row ${row}).`,
        {
          received: norm,
          hint: `Lower the learning rate, now ${learningRate}.`,
        },
      );
    }
    for (let at = offset + row * cols; at < offset + (row + 1) * cols; at++) data[at] /= norm;
  }
}

/** One representative for each group of equal rows. */
function mergeEquals(rows: number, coinciding: AlignmentProblem['coinciding']) {
  const first = Int32Array.from({ length: rows }, (_, row) => row);
  for (const group of coinciding) for (const row of group) first[row] = group[0];
  const representatives = Array.from(first.keys()).filter((row) => first[row] === row);
  const position = new Map(representatives.map((row, index) => [row, index]));
  const multiplicity = new Float64Array(representatives.length);
  const rowOf = first.map((row) => position.get(row)!);
  for (const index of rowOf) multiplicity[index]++;
  return { representatives, rowOf, multiplicity };
}

/** The chosen rows as a matrix of their own; in coordinates of their span where that is smaller than d. */
function toSpan(directions: Block, chosen: readonly number[]): { points: Block; basis?: Block } {
  const { cols } = directions;
  const rows = wholeMatrix(new Float64Array(chosen.length * cols), chosen.length, cols);
  chosen.forEach((row, index) => {
    rows.data.set(directions.data.subarray(row * cols, (row + 1) * cols), index * cols);
  });
  if (rows.rows >= cols) return { points: rows };
  const { coordinates, basis } = spanCoordinates(rows);
  const packed = new Float64Array(coordinates.rows * coordinates.cols);
  for (let row = 0; row < coordinates.rows; row++) {
    const from = row * coordinates.stride;
    packed.set(coordinates.data.subarray(from, from + coordinates.cols), row * coordinates.cols);
  }
  return { points: wholeMatrix(packed, coordinates.rows, coordinates.cols), basis };
}

function fromSpan(points: Block, basis: Block): Block {
  const rows = wholeMatrix(new Float64Array(points.rows * basis.cols), points.rows, basis.cols);
  addProduct(rows, points, basis);
  return rows;
}

function warningsOf(
  { classes, coinciding }: AlignmentProblem,
  points: number,
  rank: number | undefined,
): AlignmentWarning[] {
  const warnings: AlignmentWarning[] = coinciding.map((group) => {
    const members = group.map((row) => classes[row]);
    return {
      code: 'coinciding-prototypes',
      message: `Classes ${members.join(', ')} have the same direction; as released, they keep one in common.`,
      classes: members,
    };
  });
  if (rank !== undefined && rank < points - 1) {
    warnings.push({
      code: 'rank-deficient',
      message: `The prototypes span ${rank} dimensions of the ${points - 1} that a simplex needs; as released, they stay in them.`,
      classes: Array.from(classes),
    });
  }
  return warnings;
}
