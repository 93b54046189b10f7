import type { ArgsDef } from 'citty';
import { ProtoNormError } from '@protonorm/tensor';
import { parseRecipe } from '../recipe/parse-recipe.ts';
import type { Recipe } from '../recipe/recipe-schema.ts';
import { integerFlag, numberFlag } from './flag-values.ts';

/** Flags of the commands that train. */
export const runFlags = {
  recipe: {
    type: 'string',
    description: 'Recipe: a name (see `protonorm doctor`) or the path of a YAML or JSON file.',
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
  models: { type: 'string', description: 'Family, model, or list a,b,c of models.', valueHint: 'names' },
  dataset: { type: 'string', description: 'Data set.', valueHint: 'name' },
  'data-dir': { type: 'string', description: "Folder of the data set's official files.", valueHint: 'dir' },
  'data-file': {
    type: 'string',
    description: 'File of raw uint8 pixels (NHWC, may be .gz), with --data-meta.',
    valueHint: 'file',
  },
  'data-meta': {
    type: 'string',
    description: 'JSON that describes --data-file: shape, sha256, normalize.',
    valueHint: 'file',
  },
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
    default: 'auto',
    description: "Backend: 'auto', 'cpu' or 'wasm'.",
    valueHint: 'name',
  },
  workers: {
    type: 'string',
    description: 'Worker threads; 0 = none. Default: the cores, at most 8.',
    valueHint: 'n',
  },
  out: { type: 'string', description: 'Folder of the results; default runs/<recipe>-...', valueHint: 'dir' },
  json: { type: 'boolean', default: false, description: 'Print the results as JSON on standard output.' },
} as const satisfies ArgsDef;

/** Values of {@link runFlags} as parsed. */
export type RunFlagValues = { readonly [K in Exclude<keyof typeof runFlags, 'json'>]?: string | undefined };

/** A recipe with the flags in its place, checked again. */
export function applyFlags(recipe: Recipe, flags: RunFlagValues): Recipe {
  const changed = structuredClone(recipe) as { -readonly [K in keyof Recipe]: Recipe[K] };
  changed.rounds = integerFlag('rounds', flags.rounds, { min: 1 }) ?? changed.rounds;
  changed.participation = numberFlag('participation', flags.participation) ?? changed.participation;
  changed.dropOutRate = numberFlag('drop-out-rate', flags['drop-out-rate']) ?? changed.dropOutRate;
  if (flags.initial !== undefined) changed.initial = flags.initial as Recipe['initial'];
  if (flags.models !== undefined)
    changed.models = flags.models.includes(',') ? flags.models.split(',') : flags.models;
  if (flags.dataset !== undefined) changed.dataset = { name: flags.dataset };
  if (flags['data-dir'] !== undefined) changed.dataset = { ...changed.dataset, dir: flags['data-dir'] };
  if (flags['data-file'] !== undefined || flags['data-meta'] !== undefined) {
    changed.dataset = {
      name: changed.dataset.name,
      ...(flags['data-file'] !== undefined && { pixels: flags['data-file'] }),
      ...(flags['data-meta'] !== undefined && { meta: flags['data-meta'] }),
    };
  }
  changed.partition = changedPartition(changed.partition, flags);
  return parseRecipe(changed, `'${recipe.name}' with your flags`);
}

function changedPartition(partition: Recipe['partition'], flags: RunFlagValues): Recipe['partition'] {
  if (flags.partition !== undefined) {
    if (flags.alpha !== undefined || flags.clients !== undefined) {
      throw new ProtoNormError(
        'invalid-argument',
        '--partition already says who has which samples; --alpha and --clients do not go with it.',
      );
    }
    return { file: flags.partition };
  }
  const clients = integerFlag('clients', flags.clients, { min: 1 });
  const alpha = numberFlag('alpha', flags.alpha);
  if (clients === undefined && alpha === undefined) return partition;
  if ('file' in partition || partition.kind === 'natural') {
    throw new ProtoNormError(
      'invalid-argument',
      "The recipe's partition is given: --alpha and --clients do not go with it.",
      { received: partition },
    );
  }
  if (alpha !== undefined && partition.kind !== 'dirichlet' && partition.kind !== 'quantity-skew') {
    throw new ProtoNormError(
      'invalid-argument',
      `--alpha does not go with a partition of kind '${partition.kind}'.`,
      { received: alpha },
    );
  }
  return { ...partition, ...(clients !== undefined && { clients }), ...(alpha !== undefined && { alpha }) };
}
