import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { assignModels, createModel } from '@protonorm/models';
import type { SimulatedClient } from '@protonorm/simulation';
import { resolveHyper, strategyName, type HyperSchema } from '@protonorm/strategy';
import { planModel, type ModelSpec } from '@protonorm/tensor';
import type { Recipe, RecipeStrategy } from '../recipe/recipe-schema.ts';
import type { RunData } from './load-data.ts';
import { resolveStrategy, type ResolvedStrategy } from './resolve-strategy.ts';
import { sha256Of } from './run-folder.ts';

/** One strategy of a recipe with everything that it runs on. */
export interface RunPlan {
  readonly label: string;
  readonly recipe: Recipe;
  readonly seed: number;
  readonly entry: RecipeStrategy;
  readonly resolved: ResolvedStrategy;
  /** All hyperparameters with their values. */
  readonly hyper: Readonly<Record<string, unknown>>;
  readonly data: RunData;
  readonly clients: readonly SimulatedClient[];
}

/**
 * Checks a strategy against a recipe and gives each client its model; nothing is trained yet.
 *
 * Strategies that average parameters get the recipe's common model on all clients.
 */
export async function planRun(
  recipe: Recipe,
  entry: RecipeStrategy,
  run: { readonly seed: number; readonly data: RunData },
): Promise<RunPlan> {
  const { seed, data } = run;
  const resolved = await resolveStrategy(entry.id);
  const { strategy } = resolved;
  const hyper = resolveHyper(strategy.hyper as HyperSchema, entry.hyper) as Readonly<Record<string, unknown>>;
  const count = data.splits.train.length;
  const first = typeof recipe.models === 'string' ? assignModels(recipe.models, 1)[0] : recipe.models[0];
  const names = strategy.capabilities.sameModel
    ? Array.from({ length: count }, () => recipe.commonModel ?? first)
    : assignModels(recipe.models, count);
  const { shape, classes } = data.dataset;
  const specs = new Map<string, ModelSpec>();
  const specOf = (name: string): ModelSpec => {
    let spec = specs.get(name);
    if (spec === undefined) {
      spec = createModel(name, { input: shape, classes, features: recipe.features });
      specs.set(name, spec);
    }
    return spec;
  };
  return {
    label: entry.label ?? strategy.id,
    recipe,
    seed,
    entry,
    resolved,
    hyper,
    data,
    clients: names.map((name, i) => ({
      id: clientId(i, count),
      model: specOf(name),
      train: data.splits.train[i],
      test: data.splits.test[i],
    })),
  };
}

/** SHA-256 of the module of a strategy of one's own; undefined for built-in ones, which have versions. */
export async function strategySha256({ reference }: ResolvedStrategy): Promise<string | undefined> {
  return reference.entry === undefined
    ? sha256Of(await readFile(fileURLToPath(reference.module)))
    : undefined;
}

/** Ids that sort by number: client-00, client-01, ... */
function clientId(index: number, count: number): string {
  return `client-${String(index).padStart(String(count - 1).length, '0')}`;
}

/** What the manifest of a run says about its plan. */
export async function describePlan(plan: RunPlan) {
  const { label, recipe, seed, entry, resolved, hyper, data, clients } = plan;
  const sha256 = await strategySha256(resolved);
  return {
    strategy: strategyName(resolved.strategy),
    label,
    entry,
    ...(sha256 !== undefined && { strategySha256: sha256 }),
    hyper,
    seed,
    recipe,
    dataset: {
      name: data.dataset.name,
      samples: data.dataset.length,
      source: data.dataset.source,
      licence: data.dataset.licence,
      sha256: data.sha256.dataset,
    },
    partition: { sha256: data.sha256.partition, clients: clients.length },
    clients: clients.map(({ id, model, train, test }) => ({
      id,
      model: model.name,
      parameters: planModel(model).size.all,
      train: train.length,
      test: test.length,
    })),
  };
}
