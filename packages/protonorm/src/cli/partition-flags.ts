import { partitionKinds } from '@protonorm/datasets';
import { ProtoNormError } from '@protonorm/tensor';
import type { Recipe } from '../recipe/recipe-schema.ts';
import { integerFlag, numberFlag } from './flag-values.ts';

/** Flags that change how a partition is drawn. */
export interface PartitionFlagValues {
  readonly kind?: string | undefined;
  readonly clients?: string | undefined;
  readonly alpha?: string | undefined;
  readonly 'classes-per-client'?: string | undefined;
  readonly 'min-samples'?: string | undefined;
  readonly 'train-fraction'?: string | undefined;
  readonly compat?: string | undefined;
}

type Settings = Readonly<Record<string, number | string | undefined>>;

/** What belongs to which kind, beside its clients and their split into training and test. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  iid: [],
  dirichlet: ['alpha', 'min-samples', 'compat'],
  pathological: ['classes-per-client'],
  'quantity-skew': ['alpha'],
  natural: [],
};

/**
 * The partition of a recipe with flags in its place. Another kind starts from that kind's defaults.
 *
 * @returns settings for `parseRecipe`, which checks their values
 * @throws `invalid-argument` for a flag that the kind does not have
 */
export function changedPartition(
  partition: Recipe['partition'],
  flags: PartitionFlagValues,
): Recipe['partition'] {
  const { kind } = flags;
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  if (given.length === 0) return partition;
  if (kind === undefined && 'file' in partition) {
    throw refusal(
      `The recipe's partition is the file ${partition.file}: --${given[0][0]} does not go with it.`,
      {
        received: partition,
        hint: 'Draw one instead: give --kind.',
      },
    );
  }
  const drawn = 'file' in partition ? undefined : partition;
  const chosen = kind ?? drawn!.kind;
  if (!Object.hasOwn(SETTINGS, chosen)) {
    throw refusal(`There is no partition kind '${chosen}'.`, {
      received: chosen,
      hint: `Known are ${partitionKinds.join(', ')}.`,
    });
  }
  const fitting = [
    'kind',
    'train-fraction',
    ...(chosen === 'natural' ? [] : ['clients']),
    ...SETTINGS[chosen],
  ];
  const misfit = given.find(([name]) => !fitting.includes(name));
  if (misfit !== undefined) {
    throw refusal(`--${misfit[0]} does not go with a partition of kind '${chosen}'.`, {
      received: misfit[1],
      hint: `With '${chosen}' go ${fitting.map((name) => `--${name}`).join(', ')}.`,
    });
  }
  const base: Settings =
    chosen === drawn?.kind ? { ...drawn } : { kind: chosen, ...clientsOf(chosen, drawn) };
  const changes: Settings = {
    clients: integerFlag('clients', flags.clients, { min: 1 }),
    alpha: numberFlag('alpha', flags.alpha),
    classesPerClient: integerFlag('classes-per-client', flags['classes-per-client'], { min: 1 }),
    minSamples: integerFlag('min-samples', flags['min-samples'], { min: 0 }),
    trainFraction: numberFlag('train-fraction', flags['train-fraction']),
    compat: flags.compat,
  };
  const changed = Object.entries({ ...base, ...withoutGaps(changes) });
  // 'none' takes back what the recipe says.
  return Object.fromEntries(changed.filter(([key, value]) => key !== 'compat' || value !== 'none')) as never;
}

function clientsOf(kind: string, drawn: Recipe['partition'] | undefined): Settings {
  if (kind === 'natural') return {};
  const clients = drawn !== undefined && 'clients' in drawn ? drawn.clients : 10;
  return kind === 'pathological' ? { clients, classesPerClient: 2 } : { clients };
}

function withoutGaps(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function refusal(message: string, details: { received: unknown; hint: string }): ProtoNormError {
  return new ProtoNormError('invalid-argument', message, details);
}
