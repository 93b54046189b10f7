import { nearestName, ProtoNormError } from '@protonorm/tensor';
import { recipeCases, type RecipeCase } from '../recipe/recipe-cases.ts';
import type { Recipe } from '../recipe/recipe-schema.ts';

/**
 * The cases of a recipe that `--case a,b` names, in the order of the recipe; all without the flag.
 *
 * @throws `invalid-argument` for a name that the recipe does not have
 */
export function chosenCases(recipe: Recipe, flag: string | undefined): readonly RecipeCase[] {
  if (flag === undefined) return recipeCases(recipe);
  if (recipe.cases === undefined) {
    throw new ProtoNormError('invalid-argument', `The recipe '${recipe.name}' has no cases.`, {
      received: flag,
      hint: 'Leave --case out.',
    });
  }
  const cases = recipeCases(recipe);
  const known = cases.map(({ name }) => name);
  const asked = flag.split(',').map((name) => name.trim());
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const near = nearestName(unknown, known);
    throw new ProtoNormError('invalid-argument', `The recipe '${recipe.name}' has no case '${unknown}'.`, {
      received: flag,
      expected: known,
      hint: near === undefined ? `It has ${known.join(', ')}.` : `Did you mean '${near}'?`,
    });
  }
  return cases.filter(({ name }) => asked.includes(name));
}

/**
 * The recipe of the one case that a command works on.
 *
 * @throws `invalid-argument` when the recipe has several cases and none, or more than one, is named
 */
export function chosenCase(recipe: Recipe, flag: string | undefined): Recipe {
  const chosen = chosenCases(recipe, flag);
  if (chosen.length === 1) return chosen[0].recipe;
  const names = chosen.map(({ name }) => name).join(', ');
  throw new ProtoNormError(
    'invalid-argument',
    `The recipe '${recipe.name}' has several cases; this command takes one.`,
    { received: flag, expected: names, hint: `Give --case with one of ${names}.` },
  );
}
