import type { Recipe, RecipeStrategy } from '../recipe/recipe-schema.ts';
import { absoluteStrategy } from './resolve-strategy.ts';

/** The strategy of a recipe with this label, id or module path; one that it does not have, with its defaults. */
export function strategyEntry(recipe: Recipe, name: string): RecipeStrategy {
  const id = absoluteStrategy(name);
  return (
    recipe.strategies.find((entry) => (entry.label ?? entry.id) === name) ??
    recipe.strategies.find((entry) => entry.id === id) ?? { id, hyper: {} }
  );
}
