import { takePerClass } from '@protonorm/datasets';
import {
  loadImageFolder,
  loadPixelFile,
  loadSpokenDigits,
  loadTable,
  loadTimeSeries,
} from '@protonorm/datasets/node';
import { isProtoNormError, ProtoNormError, type Dataset } from '@protonorm/tensor';
import type { Recipe, RecipeDataset } from '../recipe/recipe-schema.ts';
import { loadNamedData } from './load-named-data.ts';

interface LoadOptions {
  readonly signal: AbortSignal;
}

/**
 * Loads the data set of a recipe; of several, the first whose files are there.
 *
 * @throws `data-not-found` when the files of none are there, with what was looked for in each; what the loaders throw
 */
export async function loadRecipeDataset(recipe: Recipe['dataset'], options: LoadOptions): Promise<Dataset> {
  const choices = [recipe].flat();
  const missing: ProtoNormError[] = [];
  for (const choice of choices) {
    try {
      return await loadOne(choice, options);
    } catch (error) {
      if (choices.length === 1 || !isProtoNormError(error, 'data-not-found')) throw error;
      missing.push(error);
    }
  }
  const tried = missing.map(({ message }, i) => `  - ${choices[i].name}: ${message}`);
  throw new ProtoNormError(
    'data-not-found',
    `The files of none of the recipe's ${choices.length} data sets are there:\n${tried.join('\n')}\n`,
    { received: choices, cause: missing[0], hint: 'Put the files of one of them in their place.' },
  );
}

async function loadOne(recipe: RecipeDataset, options: LoadOptions): Promise<Dataset> {
  const dataset = await loadSamples(recipe, options);
  return recipe.perClass === undefined ? dataset : takePerClass(dataset, recipe.perClass);
}

async function loadSamples(recipe: RecipeDataset, options: LoadOptions): Promise<Dataset> {
  const { name, dir, split, records, pixels, meta, images, timeSeries, table, label, speech } = recipe;
  if (pixels === undefined && meta !== undefined) {
    throw new ProtoNormError(
      'invalid-recipe',
      "'meta' describes a file of pixels, but there is no 'pixels'.",
      { received: recipe },
    );
  }
  if (pixels !== undefined) {
    return { ...(await loadPixelFile({ pixels, ...(meta !== undefined && { meta }), ...options })), name };
  }
  if (images !== undefined) {
    const { labels, size } = recipe;
    return loadImageFolder({
      path: images,
      name,
      ...(labels !== undefined && { labels }),
      ...(split !== undefined && { split }),
      ...(size !== undefined && { size, resize: true }),
      ...options,
    });
  }
  if (timeSeries !== undefined) return loadTimeSeries({ files: timeSeries, name, ...options });
  if (table !== undefined && label !== undefined) return loadTable({ files: table, label, name, ...options });
  if (speech !== undefined) return { ...(await loadSpokenDigits({ path: speech, ...options })), name };
  // The schema lets through 'val' with images alone.
  if (split === 'val')
    throw new ProtoNormError('invalid-recipe', `'${name}' has no part 'val'.`, { received: split });
  return loadNamedData(name, { dir, split, records, ...options });
}
