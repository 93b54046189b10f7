export { runCli } from './cli/main.ts';
export { loadRecipe, recipeNames } from './recipe/load-recipe.ts';
export { parseRecipe } from './recipe/parse-recipe.ts';
export { recipeCases, type RecipeCase } from './recipe/recipe-cases.ts';
export { recipeSchema, type Recipe, type RecipeStrategy } from './recipe/recipe-schema.ts';
export type { RunManifest } from './run/manifest.ts';
export type { RunResults } from './run/run-folder.ts';
