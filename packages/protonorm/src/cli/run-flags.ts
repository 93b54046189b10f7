import { resolve } from 'node:path';
import type { ArgsDef } from 'citty';
import { ProtoNormError } from '@protonorm/tensor';
import { backendNames, checkBackendName } from '../backend/backend-table.ts';
import { parseRecipe } from '../recipe/parse-recipe.ts';
import type { Recipe } from '../recipe/recipe-schema.ts';
import { datasetFlags, datasetOf } from './dataset-flags.ts';
import { integerFlag, numberFlag } from './flag-values.ts';
import { changedPartition } from './partition-flags.ts';

/** Flags of the commands that train. */
export const runFlags = {
  recipe: {
    type: 'string',
    description: 'Recipe: a name (see `protonorm doctor`) or the path of a YAML or JSON file.',
    valueHint: 'name',
  },
  case: {
    type: 'string',
    description: 'Case of a recipe that has cases; `compare` takes a,b,c, all by default.',
    valueHint: 'name',
  },
  rounds: { type: 'string', description: 'Rounds of training.', valueHint: 'n' },
  clients: { type: 'string', description: 'Number of clients.', valueHint: 'n' },
  alpha: { type: 'string', description: 'Concentration of the Dirichlet partition, > 0.', valueHint: 'a' },
  partition: {
    type: 'string',
    description: 'File with the samples of each client, instead of drawing them.',
    valueHint: 'file',
  },
  validation: {
    type: 'string',
    description:
      "Evaluate on this share of each client's training samples, held out; the test samples stay unused.",
    valueHint: 'p',
  },
  models: { type: 'string', description: 'Family, model, or list a,b,c of models.', valueHint: 'names' },
  ...datasetFlags,
  participation: {
    type: 'string',
    description: 'Share of the clients that train in a round, in (0, 1].',
    valueHint: 'p',
  },
  'drop-out-rate': {
    type: 'string',
    description: 'Probability that a client is away in a round, in [0, 1).',
    valueHint: 'p',
  },
  initial: {
    type: 'string',
    description: "First weights: 'torch' (defaults) or 'reference' (mulberry32).",
    valueHint: 'kind',
  },
  backend: {
    type: 'string',
    description: `Backend: ${['auto', ...backendNames].join(', ')}. Default: the recipe's, else auto.`,
    valueHint: 'name',
  },
  workers: {
    type: 'string',
    description: 'Worker threads; 0 = none. Default: the cores, at most 8.',
    valueHint: 'n',
  },
  out: { type: 'string', description: 'Folder of the results; default runs/<recipe>-...', valueHint: 'dir' },
  profile: {
    type: 'boolean',
    default: false,
    description: 'Say where the time of a round goes; also in profile.json of the run folder.',
  },
  json: { type: 'boolean', default: false, description: 'Print the results as JSON on standard output.' },
} as const satisfies ArgsDef;

/** Values of {@link runFlags} as parsed. */
export type RunFlagValues = {
  readonly [K in Exclude<keyof typeof runFlags, 'json' | 'profile'>]?: string | undefined;
};

/** A recipe with the flags in its place, checked again. */
export function applyFlags(recipe: Recipe, flags: RunFlagValues): Recipe {
  const changed = structuredClone(recipe) as { -readonly [K in keyof Recipe]: Recipe[K] };
  changed.rounds = integerFlag('rounds', flags.rounds, { min: 1 }) ?? changed.rounds;
  changed.participation = numberFlag('participation', flags.participation) ?? changed.participation;
  changed.validation = numberFlag('validation', flags.validation) ?? changed.validation;
  changed.dropOutRate = numberFlag('drop-out-rate', flags['drop-out-rate']) ?? changed.dropOutRate;
  if (flags.backend !== undefined) changed.backend = checkBackendName(flags.backend);
  if (flags.initial !== undefined) changed.initial = flags.initial as Recipe['initial'];
  if (flags.models !== undefined)
    changed.models = flags.models.includes(',') ? flags.models.split(',') : flags.models;
  changed.dataset = datasetOf(changed.dataset, flags);
  changed.partition = partitionOf(changed.partition, flags);
  return parseRecipe(changed, `'${recipe.name}' with your flags`);
}

function partitionOf(partition: Recipe['partition'], flags: RunFlagValues): Recipe['partition'] {
  const { clients, alpha } = flags;
  if (flags.partition === undefined) {
    return changedPartition(partition, {
      ...(clients !== undefined && { clients }),
      ...(alpha !== undefined && { alpha }),
    });
  }
  if (alpha !== undefined || clients !== undefined) {
    throw new ProtoNormError(
      'invalid-argument',
      '--partition already says who has which samples; --alpha and --clients do not go with it.',
    );
  }
  return { file: resolve(flags.partition) };
}
