import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { ProtoNormError } from '@protonorm/tensor';
import { parse as parseYaml } from 'yaml';
import { packageRoot } from '../run/package-root.ts';
import { absoluteStrategy } from '../run/resolve-strategy.ts';
import { parseRecipe } from './parse-recipe.ts';
import type { Recipe } from './recipe-schema.ts';

/** Folder of the recipes that come with the package. */
const BUILT_IN = join(packageRoot, 'recipes');

/** Names of the recipes that come with the package. */
export async function recipeNames(): Promise<readonly string[]> {
  return (await readdir(BUILT_IN))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => basename(name, '.yaml'))
    .sort();
}

/**
 * Reads a recipe: one that comes with the package by its name, or a YAML or JSON file by its path.
 *
 * @throws `invalid-recipe` when there is none, or it is malformed
 */
export async function loadRecipe(nameOrPath: string): Promise<Recipe> {
  const isPath = extname(nameOrPath) !== '' || nameOrPath.includes('/') || isAbsolute(nameOrPath);
  const path = isPath ? resolve(nameOrPath) : resolve(BUILT_IN, `${nameOrPath}.yaml`);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ProtoNormError('invalid-recipe', `There is no recipe '${nameOrPath}'.`, {
      received: nameOrPath,
      cause: error,
      hint: `Give the path of a YAML or JSON file, or one of ${(await recipeNames()).join(', ')}.`,
    });
  }
  let value: unknown;
  try {
    value = extname(path) === '.json' ? JSON.parse(text) : parseYaml(text);
  } catch (error) {
    throw new ProtoNormError(
      'invalid-recipe',
      `The recipe ${nameOrPath} cannot be parsed: ${(error as Error).message}`,
      { cause: error },
    );
  }
  return withAbsolutePaths(parseRecipe(value, nameOrPath), dirname(path));
}

/** Paths in a recipe are relative to its file, wherever the command runs. */
function withAbsolutePaths(recipe: Recipe, folder: string): Recipe {
  const { dataset, partition, strategies } = recipe;
  const absolute = <K extends string>(key: K, path: string | undefined) =>
    path === undefined ? {} : { [key]: resolve(folder, path) };
  return {
    ...recipe,
    dataset: {
      ...dataset,
      ...absolute('dir', dataset.dir),
      ...absolute('pixels', dataset.pixels),
      ...absolute('meta', dataset.meta),
    },
    partition: 'file' in partition ? { file: resolve(folder, partition.file) } : partition,
    strategies: strategies.map((entry) => ({ ...entry, id: absoluteStrategy(entry.id, folder) })),
  };
}
