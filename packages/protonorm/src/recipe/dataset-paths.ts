import type { RecipeDataset } from './recipe-schema.ts';

const keys = ['dir', 'pixels', 'meta', 'images', 'labels', 'timeSeries', 'table', 'speech'] as const;

/** A data set of a recipe with other paths. */
export function mapPaths(dataset: RecipeDataset, change: (path: string) => string): RecipeDataset {
  const changed: Record<string, string | string[]> = {};
  for (const key of keys) {
    const path = dataset[key];
    if (path !== undefined) changed[key] = typeof path === 'string' ? change(path) : path.map(change);
  }
  return { ...dataset, ...changed };
}
