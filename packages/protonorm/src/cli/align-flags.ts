import type { ArgsDef } from 'citty';
import { alignmentMethods, alignmentOptions, type AlignmentMethod } from '@protonorm/prototype-math';
import { ProtoNormError } from '@protonorm/tensor';
import type { AlignSettings, ProductsChoice } from '../align/align-task.ts';
import { choiceFlag, integerFlag, numberFlag } from './flag-values.ts';

const methods = Object.keys(alignmentMethods) as AlignmentMethod[];
const fills = ['error', 'seeded'] as const;
const weightings = ['uniform', 'counts'] as const;
const profiles = ['flat', 'prototype'] as const;
const productsChoices = ['auto', 'javascript', 'simd', 'relaxed'] as const;

/** Flags that say how prototypes are aligned; without them, `align` does as it does by itself. */
export const alignFlags = {
  method: {
    type: 'string',
    description: `How: ${methods.join(', ')}. Default: that of align in @protonorm/prototype-math.`,
    valueHint: 'name',
  },
  passes: {
    type: 'string',
    description: 'anneal, neighbours: passes (70); energy: evaluations (2000).',
    valueHint: 'n',
  },
  forms: { type: 'string', description: 'template: bases that are searched (64).', valueHint: 'n' },
  profile: {
    type: 'string',
    description: "orthant: 'flat' (default) or the 'prototype' within a block.",
    valueHint: 'kind',
  },
  exponent: { type: 'string', description: 'energy: 0 logarithmic (default), 1 Coulomb.', valueHint: 's' },
  products: {
    type: 'string',
    description:
      "Where products are computed: 'javascript', WebAssembly 'simd' or 'relaxed'; 'auto' (default): simd from 100 classes on.",
    valueHint: 'name',
  },
  iterations: { type: 'string', description: 'reference: most passes (500).', valueHint: 'n' },
  'learning-rate': { type: 'string', description: 'reference: step along the force (0.1).', valueHint: 'x' },
  momentum: { type: 'string', description: 'reference: share of the velocity kept (0.9).', valueHint: 'x' },
  decay: { type: 'string', description: 'reference: factor on the learning rate (0.95).', valueHint: 'x' },
  'decay-every': {
    type: 'string',
    description: 'reference: passes between two decays (10).',
    valueHint: 'n',
  },
  'early-stop': {
    type: 'string',
    description: "reference: index of the first pass that is watched (10), or 'never'.",
    valueHint: 'n',
  },
  weights: {
    type: 'string',
    description: "What moving a prototype costs, for methods that weigh it: 'uniform' (default) or 'counts'.",
    valueHint: 'kind',
  },
  fill: {
    type: 'string',
    description: "A prototype of norm 0: 'error' (default), or 'seeded' for a random direction.",
    valueHint: 'kind',
  },
} as const satisfies ArgsDef;

/** Values of {@link alignFlags} as parsed. */
export type AlignFlagValues = { readonly [K in keyof typeof alignFlags]?: string | undefined };

/** The flag of each setting of a method. */
const flagNames = {
  passes: 'passes',
  forms: 'forms',
  profile: 'profile',
  s: 'exponent',
  iterations: 'iterations',
  learningRate: 'learning-rate',
  momentum: 'momentum',
  decay: 'decay',
  decayEvery: 'decay-every',
  earlyStop: 'early-stop',
  weights: 'weights',
} as const satisfies Partial<Record<keyof AlignSettings, keyof typeof alignFlags>>;

/**
 * What the flags say, for `align`, which checks the numbers.
 *
 * @throws `invalid-argument`, also for a flag that the chosen method does not know
 */
export function alignSettingsOf(flags: AlignFlagValues): AlignSettings {
  const earlyStop = flags['early-stop'];
  const settings: AlignSettings = {
    method: choiceFlag('method', flags.method, methods),
    passes: integerFlag('passes', flags.passes, { min: 10 }),
    forms: integerFlag('forms', flags.forms, { min: 1 }),
    profile: choiceFlag('profile', flags.profile, profiles),
    s: numberFlag('exponent', flags.exponent),
    iterations: integerFlag('iterations', flags.iterations, { min: 0 }),
    learningRate: numberFlag('learning-rate', flags['learning-rate']),
    momentum: numberFlag('momentum', flags.momentum),
    decay: numberFlag('decay', flags.decay),
    decayEvery: integerFlag('decay-every', flags['decay-every'], { min: 1 }),
    earlyStop: earlyStop === 'never' ? false : integerFlag('early-stop', earlyStop, { min: 0 }),
    weights: choiceFlag('weights', flags.weights, weightings),
    fill: choiceFlag('fill', flags.fill, fills),
  };
  checkFlagsOfMethod(settings);
  return settings;
}

function checkFlagsOfMethod(settings: AlignSettings): void {
  const { method = 'auto' } = settings;
  for (const [setting, flag] of Object.entries(flagNames)) {
    const methods = alignmentOptions[setting as keyof typeof flagNames];
    if (settings[setting as keyof typeof flagNames] === undefined || methods === 'every') continue;
    if (method === 'auto' || methods.includes(method)) continue;
    throw new ProtoNormError('invalid-argument', `--${flag} says nothing to --method ${method}.`, {
      received: method,
      expected: methods,
      hint: `Leave --${flag} out, or use --method ${methods.join(' or ')}.`,
    });
  }
}

/** Where products are computed. @throws `invalid-argument` */
export function productsOf(flags: AlignFlagValues): ProductsChoice {
  return choiceFlag('products', flags.products, productsChoices) ?? 'auto';
}
