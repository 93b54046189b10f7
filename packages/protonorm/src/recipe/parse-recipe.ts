import { ProtoNormError } from '@protonorm/tensor';
import { z } from 'zod';
import { recipeSchema, type Recipe } from './recipe-schema.ts';

/**
 * Checks a recipe.
 *
 * @param value - from YAML or JSON
 * @param where - what the message calls it, such as its path
 * @throws `invalid-recipe`; the message names each bad key with its path
 */
export function parseRecipe(value: unknown, where: string): Recipe {
  const result = recipeSchema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap(explain);
  throw new ProtoNormError(
    'invalid-recipe',
    `The recipe ${where} is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    {
      received: value,
      expected: z.toJSONSchema(recipeSchema, { io: 'input' }),
    },
  );
}

function explain(issue: z.core.$ZodIssue): readonly string[] {
  const path = issue.path.length === 0 ? 'the recipe' : `'${issue.path.join('.')}'`;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `unknown key '${[...issue.path, key].join('.')}'`);
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // The branch that fails latest is the one that was meant.
    const meant = [...issue.errors].sort((a, b) => depth(b) - depth(a))[0];
    if (meant !== undefined)
      return meant.flatMap((inner) =>
        explain({ ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue),
      );
  }
  return [`${path}: ${issue.message}`];
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(...issues.map((issue) => issue.path.length)) - issues.length / 100;
}
