import { checkPrototypes, createRng, ProtoNormError, type Prototypes } from '@protonorm/tensor';
import { directionsOf } from '../class-table/unit-rows.ts';
import { geometry, type Geometry } from '../geometry/geometry.ts';
import type { Block } from '../linear-algebra/block.ts';
import { checkOptionNames, type AlignOptions } from './align-options.ts';
import { alignmentMethods, type AlignmentMethod } from './alignment-methods.ts';
import { coincidingRows } from './coinciding-rows.ts';
import { identityKept } from './identity.ts';
import type { AlignmentSolution, AlignmentStop, AlignmentWarning } from './solver.ts';

/** How far the prototypes went from their own directions, as distances of unit vectors (0..2). */
export interface Movement {
  /** Root of the mean square over the classes. */
  readonly rms: number;
  readonly max: number;
}

/** What {@link align} gives back. */
export interface AlignmentResult {
  /** Unit rows; same classes in the same order, same counts; arrays of its own. */
  readonly prototypes: Prototypes;
  readonly method: AlignmentMethod;
  /** Passes made, 0 for a closed form. (The released code prints the index of the last pass, which is one less.) */
  readonly passes: number;
  readonly stop: AlignmentStop;
  /** Mean force norm of each pass, shape [passes], float64. */
  readonly meanForce: Float64Array;
  readonly movement: Movement;
  /**
   * Share of the classes (of 1,024 at most) whose own target is the nearest to their prototype, seen from the prototypes'
   * mean; 1 = no class took the place of another.
   */
  readonly identity: number;
  /** Of the aligned prototypes. */
  readonly geometry: Geometry;
  /** What is unusual about the input; empty as a rule. */
  readonly warnings: readonly AlignmentWarning[];
}

/**
 * Prototype alignment: moves the prototypes apart until their directions are spread over the unit sphere
 * (arXiv 2507.04310).
 *
 * `'auto'` takes the exact optimum where there is one (`'simplex'` for C <= d + 1, `'orthoSimplices'` for C <= 2 d) and
 * anneals above (`'anneal'`, by `'neighbours'` from 5,000 classes on); `'reference'` is the released iteration with its early
 * stop, as in the goldens; `'orthant'` is for features that cannot be negative, `'template'` for very many classes,
 * `'energy'` for Thomson's problem itself. Only directions count: the norms of the input are ignored. Computed in float64
 * and, apart from what `rng` draws and `energy`, by the operations + - * / and square root alone: same bits on every
 * machine, unless `linearAlgebra` is one with other rounding.
 *
 * @param prototypes - shape [C, d]; an empty table gives an empty table
 * @param options - method, its parameters, and what to do about zero vectors; see {@link AlignOptions}
 * @returns a plain value; long runs (C of 1,000 and more) belong in a worker
 * @throws `zero-vector` for a prototype of norm 0 unless `fill: 'seeded'`, `infeasible-alignment` for more
 *   classes than the method has room for, `invalid-argument` for options (also for those of another method than the chosen
 *   one), the signal's reason when aborted; as `checkPrototypes`
 * @example
 * ```ts
 * import { align } from '@protonorm/prototype-math';
 * const prototypes = {
 *   dim: 3,
 *   classes: Int32Array.of(0, 1, 2),
 *   counts: Float64Array.of(5, 5, 5),
 *   vectors: Float32Array.of(1, 0.2, 0.1, 0.9, 0.3, 0, 1, 0, 0.3),
 * };
 * align(prototypes, { method: 'simplex' }).geometry.maxCosine?.toFixed(4); // => '-0.5000'
 * align(prototypes, { method: 'reference', iterations: 5 }).passes; // => 5
 * ```
 */
export function align(prototypes: Prototypes, options: AlignOptions = {}): AlignmentResult {
  checkPrototypes(prototypes);
  const { method = 'auto', fill = 'error', rng = createRng(0).split('align'), signal } = options;
  const solve = solverOf(method);
  checkOptionNames(options, method);
  const fillFrom = readFill(fill) ? rng : undefined;
  signal?.throwIfAborted();
  const directions = directionsOf(prototypes, fillFrom);
  const solution =
    directions.rows === 0
      ? nothingToAlign
      : solve(
          {
            classes: prototypes.classes,
            counts: prototypes.counts,
            directions,
            coinciding: coincidingRows(directions),
            rng,
          },
          options,
        );
  const aligned: Prototypes = {
    dim: prototypes.dim,
    classes: prototypes.classes.slice(),
    counts: prototypes.counts.slice(),
    vectors: new Float32Array(solution.vectors),
  };
  return {
    prototypes: aligned,
    method: solution.method ?? method,
    passes: solution.passes,
    stop: solution.stop,
    meanForce: solution.meanForce,
    movement: movementOf(directions, solution.vectors),
    identity: identityKept(directions, solution.vectors, options.linearAlgebra),
    geometry: geometry(aligned, options),
    warnings: [...filledWarnings(prototypes), ...solution.warnings],
  };
}

const nothingToAlign: AlignmentSolution = {
  vectors: new Float64Array(0),
  passes: 0,
  stop: 'empty',
  meanForce: new Float64Array(0),
  warnings: [],
};

function solverOf(method: string) {
  if (Object.hasOwn(alignmentMethods, method)) return alignmentMethods[method as AlignmentMethod];
  const known = Object.keys(alignmentMethods);
  throw new ProtoNormError('invalid-argument', `There is no alignment method '${String(method)}'.`, {
    received: method,
    expected: known,
    hint: `Known methods: ${known.join(', ')}.`,
  });
}

function readFill(fill: string): boolean {
  if (fill === 'error' || fill === 'seeded') return fill === 'seeded';
  throw new ProtoNormError(
    'invalid-argument',
    `fill must be 'error' or 'seeded', received '${String(fill)}'.`,
    {
      received: fill,
      expected: ['error', 'seeded'],
    },
  );
}

function filledWarnings({ dim, classes, vectors }: Prototypes): AlignmentWarning[] {
  const filled = Array.from(classes).filter((_, row) =>
    vectors.subarray(row * dim, (row + 1) * dim).every((x) => x === 0),
  );
  if (filled.length === 0) return [];
  return [
    {
      code: 'zero-vector-filled',
      message: `The prototypes of classes ${filled.join(', ')} have norm 0; their directions were drawn at random.`,
      classes: filled,
    },
  ];
}

function movementOf({ data, rows, cols }: Block, moved: Float64Array): Movement {
  let total = 0;
  let max = 0;
  for (let row = 0; row < rows; row++) {
    let squares = 0;
    for (let at = row * cols; at < (row + 1) * cols; at++) squares += (moved[at] - data[at]) ** 2;
    total += squares;
    max = Math.max(max, squares);
  }
  return { rms: rows === 0 ? 0 : Math.sqrt(total / rows), max: Math.sqrt(max) };
}
