import { familyNames, modelCatalogue, modelFamilies } from '@protonorm/models';
import { strategies } from '@protonorm/strategies';
import { backendNames, backendTable } from '../backend/backend-table.ts';
import { howToGet, knownDataSets } from '../data/known-data-sets.ts';
import { loadRecipe, recipeNames } from '../recipe/load-recipe.ts';

/** What flags and recipes can name, each with a phrase. */
export type Catalogue = Readonly<
  Record<
    'recipes' | 'backends' | 'strategies' | 'models' | 'families' | 'datasets',
    Readonly<Record<string, string>>
  >
>;

/** Everything that can be named. */
export async function catalogue(): Promise<Catalogue> {
  const recipes: Record<string, string> = {};
  for (const name of await recipeNames()) recipes[name] = (await loadRecipe(name)).description ?? '';
  return {
    recipes,
    backends: Object.fromEntries(backendNames.map((name) => [name, backendTable[name].summary])),
    strategies: Object.fromEntries(Object.values(strategies).map(({ id, summary }) => [id, summary])),
    models: Object.fromEntries(
      Object.entries(modelCatalogue).map(([name, { summary, typicalInput }]) => [
        name,
        `${summary}; made for ${typicalInput.join('x')}`,
      ]),
    ),
    families: Object.fromEntries(familyNames.map((name) => [name, modelFamilies[name].join(', ')])),
    datasets: Object.fromEntries(knownDataSets.map((set) => [set.name, `${set.summary}; ${howToGet(set)}`])),
  };
}
