import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, extname, isAbsolute, join, resolve, sep } from 'node:path';
import { ProtoNormError } from '@protonorm/tensor';
import { parse as parseYaml } from 'yaml';
import { packageRoot } from '../run/package-root.ts';
import { exists } from '../run/run-folder.ts';
import { absoluteStrategy } from '../run/resolve-strategy.ts';
import { mapPaths } from './dataset-paths.ts';
import { parseRecipe } from './parse-recipe.ts';
import type { Recipe, RecipeDataset } from './recipe-schema.ts';

/** Folder of the recipes that come with the package. */
const BUILT_IN = join(packageRoot, 'recipes');

/** Names of the recipes that come with the package; those in a folder with it before a slash. */
export async function recipeNames(): Promise<readonly string[]> {
  return (await readdir(BUILT_IN, { recursive: true }))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length).replaceAll(sep, '/'))
    .sort();
}

/**
 * Reads a recipe: one that comes with the package by its name, or a YAML or JSON file by its path. A path in `recipes/`
 * that does not exist is one of the package: what works in its repository works where it is installed.
 *
 * Paths in a recipe become absolute: they are relative to its file (the real one, behind symbolic links). In a recipe that
 * comes with the package, paths of data are relative to the working folder: nobody keeps data in an installed package.
 *
 * @throws `invalid-recipe` when there is none, or it is malformed
 */
export async function loadRecipe(nameOrPath: string): Promise<Recipe> {
  const path = await recipePath(nameOrPath);
  let file: string;
  let text: string;
  try {
    file = await realpath(path);
    text = await readFile(file, 'utf8');
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
  const folder = dirname(file);
  const comesWithPackage = file.startsWith((await realpath(BUILT_IN)) + sep);
  return withAbsolutePaths(parseRecipe(value, nameOrPath), {
    folder,
    data: comesWithPackage ? resolve('.') : folder,
  });
}

/** Where the file of a recipe is, or would be. */
async function recipePath(nameOrPath: string): Promise<string> {
  const isPath = extname(nameOrPath) !== '' || nameOrPath.includes('/') || isAbsolute(nameOrPath);
  if (!isPath) return resolve(BUILT_IN, `${nameOrPath}.yaml`);
  const path = resolve(nameOrPath);
  if (await exists(path)) return path;
  const inPackage = resolve(BUILT_IN, nameOrPath.replace(/^recipes\//, '').replace(/(\.yaml)?$/, '.yaml'));
  return (await exists(inPackage)) ? inPackage : path;
}

/** The folders that paths in a recipe are relative to, wherever the command runs. */
interface Folders {
  readonly folder: string;
  readonly data: string;
}

function withAbsolutePaths(recipe: Recipe, folders: Folders): Recipe {
  const { strategies, cases } = recipe;
  return {
    ...recipe,
    ...withAbsoluteData(recipe, folders),
    strategies: strategies.map((entry) => ({ ...entry, id: absoluteStrategy(entry.id, folders.folder) })),
    ...(cases && { cases: cases.map((entry) => ({ ...entry, ...withAbsoluteData(entry, folders) })) }),
  };
}

/** Data set and partition of a recipe or of one of its cases, which may lack them. */
function withAbsoluteData<
  T extends { dataset?: Recipe['dataset'] | undefined; partition?: Recipe['partition'] | undefined },
>({ dataset, partition }: T, folders: Folders): Pick<T, 'dataset' | 'partition'> {
  return {
    ...(dataset && { dataset: absoluteDataset(dataset, folders.data) }),
    ...(partition && {
      partition: 'file' in partition ? { file: resolve(folders.folder, partition.file) } : partition,
    }),
  } as Pick<T, 'dataset' | 'partition'>;
}

function absoluteDataset(dataset: Recipe['dataset'], folder: string): Recipe['dataset'] {
  const absolute = (one: RecipeDataset): RecipeDataset => mapPaths(one, (path) => resolve(folder, path));
  return Array.isArray(dataset) ? dataset.map(absolute) : absolute(dataset);
}
