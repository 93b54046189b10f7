import { strategyName } from '@protonorm/strategy';
import { ProtoNormError } from '@protonorm/tensor';
import * as z from 'zod';
import { parseRecipe } from '../recipe/parse-recipe.ts';
import type { Recipe, RecipeStrategy } from '../recipe/recipe-schema.ts';
import { strategySha256, type RunPlan } from '../run/run-plan.ts';

const FORMAT = 'protonorm-recipe-1';

const schema = z.strictObject({
  format: z.literal(FORMAT),
  recipe: z.unknown(),
  strategy: z.strictObject({
    id: z.string(),
    label: z.string().optional(),
    hyper: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    sha256: z.string().optional(),
  }),
  seed: z.int().nonnegative(),
  clients: z.int().positive(),
  sha256: z.strictObject({ dataset: z.string(), partition: z.string() }),
});

/** What a device must know to train as a client of a recipe. */
export interface FederationSettings {
  readonly recipe: Recipe;
  readonly entry: RecipeStrategy;
  /** Of the module of a strategy of one's own. */
  readonly strategySha256: string | undefined;
  readonly seed: number;
  readonly clients: number;
  readonly sha256: { readonly dataset: string; readonly partition: string };
}

/** The settings as JSON, for the server's welcome. */
export async function federationSettings(plan: RunPlan) {
  const { recipe, entry, seed, clients, data, resolved } = plan;
  const sha256 = await strategySha256(resolved);
  return {
    format: FORMAT,
    recipe: JSON.parse(JSON.stringify(recipe)) as Record<string, never>,
    strategy: { id: entry.id, hyper: { ...entry.hyper }, ...(sha256 !== undefined && { sha256 }) },
    seed,
    clients: clients.length,
    sha256: { ...data.sha256 },
  } as const;
}

/** @throws `protocol-mismatch` for settings of another program or version */
export function readFederationSettings(settings: unknown): FederationSettings {
  const { success, data, error } = schema.safeParse(settings);
  if (!success)
    throw new ProtoNormError(
      'protocol-mismatch',
      'The federation is not one of `protonorm serve`, or of another version.',
      {
        cause: error,
        hint: 'Join it by the program it was made for.',
      },
    );
  const { recipe, strategy, seed, clients, sha256 } = data;
  return {
    recipe: parseRecipe(recipe, "the federation's recipe"),
    entry: { id: strategy.id, hyper: strategy.hyper } as RecipeStrategy,
    strategySha256: strategy.sha256,
    seed,
    clients,
    sha256,
  };
}

/** Checks that a plan made on this device is the server's. @throws `invalid-run` */
export async function expectSamePlan(
  plan: RunPlan,
  settings: FederationSettings,
  strategy: string,
): Promise<void> {
  const differ = (what: string, received: unknown, expected: unknown, hint: string): never => {
    throw new ProtoNormError('invalid-run', `This device has another ${what} than the server.`, {
      received,
      expected,
      hint,
    });
  };
  const name = strategyName(plan.resolved.strategy);
  if (name !== strategy) differ('strategy', name, strategy, 'Install the same version on both sides.');
  const sha256 = await strategySha256(plan.resolved);
  if (sha256 !== settings.strategySha256)
    differ('module of the strategy', sha256, settings.strategySha256, 'Copy the file of the server.');
  const { dataset, partition } = plan.data.sha256;
  if (dataset !== settings.sha256.dataset)
    differ(
      'data set',
      dataset,
      settings.sha256.dataset,
      'Get the same files, or the same version of this program.',
    );
  if (partition !== settings.sha256.partition)
    differ('partition', partition, settings.sha256.partition, 'Install the same version on both sides.');
}
