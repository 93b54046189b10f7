import { nearestName, ProtoNormError } from '@protonorm/tensor';
import { z } from 'zod';
import { checkCases, completeTopLevel } from './recipe-cases.ts';
import { recipeSchema, type Recipe } from './recipe-schema.ts';

/**
 * Checks a recipe. In one with cases, what only they give stands at the top level as in the first of them.
 *
 * @param value - from YAML or JSON
 * @param where - what the message calls it, such as its path
 * @throws `invalid-recipe`; the message names each bad key with its path, what was received and the nearest known key
 */
export function parseRecipe(value: unknown, where: string): Recipe {
  const { complete, absent, missing } = completeTopLevel(value);
  const result = recipeSchema.safeParse(complete);
  const expected = z.toJSONSchema(recipeSchema, { io: 'input' });
  const problems = [...missing];
  if (result.success) {
    problems.push(...checkCases(result.data));
    if (problems.length === 0) return result.data;
  } else {
    // What the top level has from a case is told there.
    const issues = result.error.issues.filter(({ path }) => !absent.has(path[0]));
    problems.push(...issues.flatMap((issue) => explain(issue, { value, keys: keysOf(expected) })));
  }
  throw new ProtoNormError(
    'invalid-recipe',
    `The recipe ${where} is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}\n`,
    { received: value, expected, hint: "All keys are in the README of the package 'protonorm'." },
  );
}

interface Context {
  /** The whole recipe. */
  readonly value: unknown;
  readonly keys: readonly string[];
}

function explain(issue: z.core.$ZodIssue, context: Context): readonly string[] {
  const path = issue.path.length === 0 ? 'the recipe' : `'${issue.path.join('.')}'`;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const near = nearestName(key, context.keys);
      const meant = near === undefined || near === key ? '' : `; did you mean '${near}'?`;
      return `unknown key '${[...issue.path, key].join('.')}'${meant}`;
    });
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // The branch that fails latest is the one that was meant.
    const meant = [...issue.errors].sort((a, b) => depth(b) - depth(a))[0];
    if (meant !== undefined)
      return meant.flatMap((inner) =>
        explain({ ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue, context),
      );
  }
  const received = / received /.test(issue.message) ? '' : `, received ${shown(context.value, issue.path)}`;
  return [`${path}: ${issue.message}${received}`];
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(...issues.map((issue) => issue.path.length)) - issues.length / 100;
}

function shown(value: unknown, path: readonly PropertyKey[]): string {
  const inner = path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  const text = JSON.stringify(inner) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

/** Every key of a JSON schema, at any depth. */
function keysOf(schema: unknown): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(keysOf);
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {} } = schema as { readonly properties?: object };
  return [...Object.keys(properties), ...Object.values(schema).flatMap(keysOf)];
}
