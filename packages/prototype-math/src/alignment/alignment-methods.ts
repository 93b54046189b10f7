import { referenceSolver } from './reference.ts';
import { simplexSolver } from './simplex.ts';
import type { AlignmentSolver } from './solver.ts';

/** Every alignment method by its name; a new one is one file and one row. */
export const alignmentMethods = {
  reference: referenceSolver,
  simplex: simplexSolver,
} as const satisfies Record<string, AlignmentSolver>;

/** The name of an alignment method. */
export type AlignmentMethod = keyof typeof alignmentMethods;
