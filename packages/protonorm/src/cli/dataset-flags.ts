import { basename, join, resolve } from 'node:path';
import type { ArgsDef } from 'citty';
import { mapPaths } from '../recipe/dataset-paths.ts';
import type { Recipe, RecipeDataset } from '../recipe/recipe-schema.ts';

/** Flags that choose the data. */
export const datasetFlags = {
  dataset: { type: 'string', description: 'Data set (see `protonorm data`).', valueHint: 'name' },
  'data-dir': { type: 'string', description: "Folder of the data set's files.", valueHint: 'dir' },
  'data-file': {
    type: 'string',
    description: 'File of raw uint8 pixels (NHWC, may be .gz), with --data-meta.',
    valueHint: 'file',
  },
  'data-meta': {
    type: 'string',
    description: 'JSON that describes --data-file: shape, sha256, normalize.',
    valueHint: 'file',
  },
} as const satisfies ArgsDef;

/** Values of {@link datasetFlags} as parsed. */
export type DatasetFlagValues = { readonly [K in keyof typeof datasetFlags]?: string | undefined };

/**
 * The data of a recipe with flags in its place; paths of flags are relative to the working folder. A folder holds for all of
 * several data sets; a name or a file replaces them.
 */
export function datasetOf(dataset: Recipe['dataset'], flags: DatasetFlagValues): Recipe['dataset'] {
  const { dataset: name, 'data-dir': dir, 'data-file': pixels, 'data-meta': meta } = flags;
  if (pixels !== undefined || meta !== undefined) {
    return {
      name: name ?? [dataset].flat()[0].name,
      ...(pixels !== undefined && { pixels: resolve(pixels) }),
      ...(meta !== undefined && { meta: resolve(meta) }),
    };
  }
  const named: Recipe['dataset'] = name === undefined ? dataset : { name };
  if (dir === undefined) return named;
  const folder = resolve(dir);
  return Array.isArray(named) ? named.map((one) => inFolder(one, folder)) : inFolder(named, folder);
}

/** The same files in another folder. */
function inFolder(dataset: RecipeDataset, dir: string): RecipeDataset {
  const { images, timeSeries, table, speech } = dataset;
  return (images ?? timeSeries ?? table ?? speech) === undefined
    ? { ...dataset, dir }
    : mapPaths(dataset, (path) => join(dir, basename(path)));
}
