import { recipeSchema, type Recipe } from './recipe-schema.ts';

/** A case of a recipe, complete: what a recipe without cases would say. */
export interface RecipeCase {
  readonly name: string;
  readonly recipe: Recipe;
}

/**
 * The cases of a recipe, each complete: its own keys, then those of the top level; `local` is put together key by key.
 *
 * @returns for a recipe without cases that recipe itself, under its name
 */
export function recipeCases(recipe: Recipe): readonly RecipeCase[] {
  const { cases, focus: _focus, ...top } = recipe;
  if (cases === undefined) return [{ name: recipe.name, recipe }];
  return cases.map(({ name, local, ...own }) => ({
    name,
    recipe: recipeSchema.parse({
      ...top,
      ...own,
      name: `${recipe.name}-${name}`,
      local: { ...top.local, ...local },
    }),
  }));
}

/** What each case needs, of its own or from the top level. */
const REQUIRED = ['dataset', 'partition', 'models', 'rounds'] as const;

/**
 * A recipe as it was written, with what only its cases give at the top level too, as in the first of them: that changes
 * no case, since all of them have a value of their own, or it is told that one has not.
 */
export function completeTopLevel(value: unknown): {
  readonly complete: unknown;
  /** Keys of the top level that are not what was written there. */
  readonly absent: ReadonlySet<PropertyKey>;
  readonly missing: readonly string[];
} {
  if (!isObject(value) || !Array.isArray(value.cases))
    return { complete: value, absent: new Set(), missing: [] };
  const cases: readonly unknown[] = value.cases;
  const absent = REQUIRED.filter((key) => value[key] === undefined);
  const given = absent.flatMap((key) => {
    const first = cases.filter(isObject).find((entry) => entry[key] !== undefined);
    return first === undefined ? [] : [[key, first[key]] as const];
  });
  const missing = absent.flatMap((key) =>
    cases.flatMap((entry, i) =>
      isObject(entry) && entry[key] === undefined
        ? [`'cases.${i}.${key}' is missing, and there is no '${key}' at the top level`]
        : [],
    ),
  );
  return { complete: { ...value, ...Object.fromEntries(given) }, absent: new Set(absent), missing };
}

/** What is wrong with the cases beside the form of each. */
export function checkCases({ cases = [] }: Recipe): readonly string[] {
  const names = cases.map(({ name }) => name);
  return names.flatMap((name, i) =>
    names.indexOf(name) === i ? [] : [`'cases.${i}.name': '${name}' is the name of another case too`],
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
