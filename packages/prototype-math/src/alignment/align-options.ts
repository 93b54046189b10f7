import { ProtoNormError, type Rng } from '@protonorm/tensor';
import type { AlignmentMethod } from './alignment-methods.ts';
import type { AnnealOptions } from './anneal-options.ts';
import type { EnergyDescentOptions } from './energy-descent.ts';
import type { OrthantOptions } from './orthant.ts';
import type { ReferenceOptions } from './reference-options.ts';
import type { SimplexOptions } from './simplex.ts';
import type { TemplateOptions } from './template.ts';

/** One pass of an iterative method, reported after it was made. */
export interface AlignmentStep {
  /** 1 for the first pass. */
  readonly pass: number;
  /** Mean norm of the forces that moved the prototypes in this pass. */
  readonly meanForce: number;
  /** Learning rate used in this pass. */
  readonly learningRate: number;
  /** Largest cosine before this pass, where the method looks at it. */
  readonly maxCosine?: number;
}

/** Options of `align`; those of other methods than the chosen one are ignored. */
export interface AlignOptions
  extends
    ReferenceOptions,
    SimplexOptions,
    AnnealOptions,
    TemplateOptions,
    OrthantOptions,
    EnergyDescentOptions {
  /** @defaultValue 'auto' */
  readonly method?: AlignmentMethod | undefined;
  /** What to do with a prototype of norm 0: refuse it, or give it a random direction. @defaultValue 'error' */
  readonly fill?: 'error' | 'seeded' | undefined;
  /** Draws directions that the input leaves open. @defaultValue createRng(0).split('align') */
  readonly rng?: Rng | undefined;
  /** Looked at before every pass. */
  readonly signal?: AbortSignal | undefined;
  /** Called after every pass. */
  readonly onStep?: ((step: AlignmentStep) => void) | undefined;
}

const optionNames: Record<keyof AlignOptions, true> = {
  method: true,
  fill: true,
  rng: true,
  signal: true,
  onStep: true,
  iterations: true,
  learningRate: true,
  momentum: true,
  decay: true,
  decayEvery: true,
  earlyStop: true,
  weights: true,
  passes: true,
  linearAlgebra: true,
  forms: true,
  profile: true,
  s: true,
};

/** @throws `invalid-argument` for a name that no method knows, so that a misspelt option is not silently ignored */
export function checkOptionNames(options: object): void {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(optionNames, name)) continue;
    throw new ProtoNormError('invalid-argument', `align has no option '${name}'.`, {
      received: name,
      expected: Object.keys(optionNames),
      hint: `Known options: ${Object.keys(optionNames).join(', ')}.`,
    });
  }
}
