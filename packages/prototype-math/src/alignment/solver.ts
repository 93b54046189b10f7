import type { Rng } from '@protonorm/tensor';
import type { Block } from '../linear-algebra/block.ts';
import type { AlignOptions } from './align-options.ts';
import type { AlignmentMethod } from './alignment-methods.ts';

/** What every alignment method starts from. */
export interface AlignmentProblem {
  /** Class index of each row, shape [C]. */
  readonly classes: Int32Array;
  /** Samples behind each row, shape [C]. */
  readonly counts: Float64Array;
  /** Unit rows in float64, shape [C, d], C >= 1; read only. */
  readonly directions: Block;
  /** Rows that share one direction, each group ascending and of two rows or more. */
  readonly coinciding: readonly (readonly number[])[];
  /** For directions that the input leaves open. */
  readonly rng: Rng;
}

/** Something the caller should know about a result that is nevertheless defined. */
export interface AlignmentWarning {
  readonly code: 'coinciding-prototypes' | 'rank-deficient' | 'zero-vector-filled';
  readonly message: string;
  /** The classes it is about. */
  readonly classes: readonly number[];
}

/**
 * Why the solver ended: `early-stop` as released, `iterations` when all passes were made, `closed-form` without any,
 * `converged` when no force was left, `no-descent` when no step lowered the energy any more, so that it is as low as rounding
 * lets it be, `empty` for a table without classes.
 */
export type AlignmentStop =
  'early-stop' | 'iterations' | 'closed-form' | 'converged' | 'no-descent' | 'empty';

/** What a method gives back. */
export interface AlignmentSolution {
  /** What was used, where the method has chosen. */
  readonly method?: AlignmentMethod;
  /** Unit rows in float64, shape [C * d]; owned by the caller. */
  readonly vectors: Float64Array;
  /** Passes made; 0 for closed forms. */
  readonly passes: number;
  readonly stop: AlignmentStop;
  /** Mean force norm of each pass, shape [passes]. */
  readonly meanForce: Float64Array;
  readonly warnings: readonly AlignmentWarning[];
}

/** One way to spread prototypes over the sphere: a file of its own and a row in `alignment-methods.ts`. */
export type AlignmentSolver = (problem: AlignmentProblem, options: AlignOptions) => AlignmentSolution;
