import type { ArgsDef } from 'citty';
import { loadRecipe } from '../recipe/load-recipe.ts';
import { loadRunData } from '../run/load-data.ts';
import { planRun, type RunPlan } from '../run/run-plan.ts';
import { strategyEntry } from '../run/strategy-entry.ts';
import { chosenCase } from './chosen-cases.ts';
import { integerFlag, pairsFlag } from './flag-values.ts';
import { applyFlags, type RunFlagValues } from './run-flags.ts';

/** Flags of the commands that take one strategy of a recipe. */
export const strategyFlags = {
  strategy: {
    type: 'string',
    description: "Strategy: an id, or the path of a module of your own. Default: the recipe's last.",
    valueHint: 'id',
  },
  hyper: { type: 'string', description: 'Hyperparameters, such as lambda=5,pa=false.', valueHint: 'k=v,...' },
  seed: { type: 'string', description: "Seed of everything random. Default: the recipe's.", valueHint: 'n' },
} as const satisfies ArgsDef;

/** Values of {@link strategyFlags} and of the flags of a recipe. */
export type PlannedRunFlags = RunFlagValues & {
  readonly [K in keyof typeof strategyFlags]?: string | undefined;
};

/** One strategy of a recipe, with its data, as the flags say. */
export async function plannedRun(
  flags: PlannedRunFlags,
  { signal }: { readonly signal: AbortSignal },
): Promise<RunPlan> {
  const recipe = applyFlags(chosenCase(await loadRecipe(flags.recipe ?? 'digits'), flags.case), flags);
  const seed = integerFlag('seed', flags.seed, { min: 0 }) ?? recipe.seed;
  const entry =
    flags.strategy === undefined ? recipe.strategies.at(-1)! : strategyEntry(recipe, flags.strategy);
  const data = await loadRunData(recipe, { seed, signal });
  const hyper = { ...entry.hyper, ...pairsFlag('hyper', flags.hyper) };
  return planRun(recipe, { ...entry, hyper }, { seed, data });
}
