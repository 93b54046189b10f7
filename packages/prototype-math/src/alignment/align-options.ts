import { ProtoNormError, type Rng } from '@protonorm/tensor';
import type { LinearAlgebra } from '../linear-algebra/workspace.ts';
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

/** Options of `align`. Those of other methods than the chosen one are refused; `'auto'`, which chooses, takes all. */
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
  /** Where the work of large tables is done. @defaultValue plain JavaScript */
  readonly linearAlgebra?: LinearAlgebra | undefined;
}

/** The methods that know each option; 'every' of them, or those that are listed. `'auto'` may choose any and takes all. */
export const alignmentOptions: Readonly<Record<keyof AlignOptions, 'every' | readonly AlignmentMethod[]>> = {
  method: 'every',
  fill: 'every',
  rng: 'every',
  signal: 'every',
  onStep: 'every',
  linearAlgebra: 'every',
  iterations: ['reference'],
  learningRate: ['reference'],
  momentum: ['reference'],
  decay: ['reference'],
  decayEvery: ['reference'],
  earlyStop: ['reference'],
  weights: ['simplex', 'orthoSimplices', 'orthant'],
  passes: ['anneal', 'neighbours', 'energy'],
  forms: ['template'],
  profile: ['orthant'],
  s: ['energy'],
};

/**
 * Refuses what would silently be ignored: misspelt options, and options of other methods unless they are undefined.
 *
 * @throws `invalid-argument`
 */
export function checkOptionNames(options: AlignOptions, method: AlignmentMethod): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(alignmentOptions, name)) {
      const known = optionsOf(method);
      throw new ProtoNormError('invalid-argument', `align has no option '${name}'.`, {
        received: name,
        expected: known,
        hint: `Known options${method === 'auto' ? '' : ` of method '${method}'`}: ${known.join(', ')}.`,
      });
    }
    if (value === undefined || isKnown(name as keyof AlignOptions, method)) continue;
    const owners = alignmentOptions[name as keyof AlignOptions] as readonly AlignmentMethod[];
    throw new ProtoNormError('invalid-argument', `The method '${method}' has no option '${name}'.`, {
      received: name,
      expected: optionsOf(method),
      hint: `Leave it out, or use method ${owners.map((owner) => `'${owner}'`).join(' or ')}.`,
    });
  }
}

function optionsOf(method: AlignmentMethod): (keyof AlignOptions)[] {
  return (Object.keys(alignmentOptions) as (keyof AlignOptions)[]).filter((name) => isKnown(name, method));
}

function isKnown(option: keyof AlignOptions, method: AlignmentMethod): boolean {
  const methods = alignmentOptions[option];
  return methods === 'every' || method === 'auto' || methods.includes(method);
}
