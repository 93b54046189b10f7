import type { AlignmentMethod, AlignmentResult, Geometry } from '@protonorm/prototype-math';
import type { ErrorData, Prototypes } from '@protonorm/tensor';

/** What the command line says about an alignment; plain data, so that a worker can take it. */
export interface AlignSettings {
  readonly method?: AlignmentMethod | undefined;
  readonly iterations?: number | undefined;
  readonly learningRate?: number | undefined;
  readonly momentum?: number | undefined;
  readonly decay?: number | undefined;
  readonly decayEvery?: number | undefined;
  readonly earlyStop?: number | false | undefined;
  readonly fill?: 'error' | 'seeded' | undefined;
}

/** One alignment. */
export interface AlignTask {
  readonly prototypes: Prototypes;
  readonly settings: AlignSettings;
  /** For directions that the input leaves open. */
  readonly seed: number;
}

/** What a worker answers: a message for each pass, then the result or the error. */
export type AlignMessage =
  | { readonly pass: number }
  | { readonly result: AlignmentResult; readonly before: Geometry }
  | { readonly error: ErrorData };
