import { annealSolver } from './anneal.ts';
import { autoSolver } from './auto.ts';
import { energySolver } from './energy-descent.ts';
import { neighboursSolver } from './neighbours.ts';
import { orthantSolver } from './orthant.ts';
import { orthoSimplicesSolver } from './ortho-simplices.ts';
import { referenceSolver } from './reference.ts';
import { simplexSolver } from './simplex.ts';
import type { AlignmentSolver } from './solver.ts';
import { templateSolver } from './template.ts';

/** Every alignment method by its name; a new one is one file and one row. */
export const alignmentMethods = {
  auto: autoSolver,
  reference: referenceSolver,
  simplex: simplexSolver,
  orthoSimplices: orthoSimplicesSolver,
  anneal: annealSolver,
  neighbours: neighboursSolver,
  template: templateSolver,
  orthant: orthantSolver,
  energy: energySolver,
} as const satisfies Record<string, AlignmentSolver>;

/** The name of an alignment method. */
export type AlignmentMethod = keyof typeof alignmentMethods;
