import { resolve } from 'node:path';
import type { ArgsDef } from 'citty';
import type { Recipe } from '../recipe/recipe-schema.ts';

/** Flags that choose the data. */
export const datasetFlags = {
  dataset: { type: 'string', description: 'Data set (see `protonorm data`).', valueHint: 'name' },
  'data-dir': { type: 'string', description: "Folder of the data set's official files.", valueHint: 'dir' },
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

/** The data of a recipe with flags in its place; paths of flags are relative to the working folder. */
export function datasetOf(dataset: Recipe['dataset'], flags: DatasetFlagValues): Recipe['dataset'] {
  const { dataset: name, 'data-dir': dir, 'data-file': pixels, 'data-meta': meta } = flags;
  let changed: Recipe['dataset'] = name === undefined ? dataset : { name };
  if (dir !== undefined) changed = { ...changed, dir: resolve(dir) };
  if (pixels !== undefined || meta !== undefined) {
    changed = {
      name: changed.name,
      ...(pixels !== undefined && { pixels: resolve(pixels) }),
      ...(meta !== undefined && { meta: resolve(meta) }),
    };
  }
  return changed;
}
