import type { AlignmentMethod, AlignOptions } from '@protonorm/prototype-math';
import type { InputKind } from './inputs.ts';

/** One alignment as it is measured: plain data, handed to a process of its own. */
export interface AlignmentCase {
  /** `plainly` is `alignPlainly`: the released iteration with all C x C x d differences. */
  readonly method: AlignmentMethod | 'plainly';
  readonly classes: number;
  readonly dim: number;
  readonly wasm?: boolean;
  /** Default: gauss. Calls go through the kinds of the first seed, then of the next, and begin again. */
  readonly kinds?: readonly InputKind[];
  /** Inputs of each kind. Default 1. */
  readonly seeds?: number;
  /** Timed calls, behind one that is not and compiles the code; 0: that one alone, for runs of minutes. Default: one for each input. */
  readonly calls?: number;
  readonly options?: Pick<AlignOptions, 'iterations' | 'earlyStop' | 'passes' | 's'>;
}
