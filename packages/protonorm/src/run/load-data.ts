import { createHash } from 'node:crypto';
import {
  partition as drawPartition,
  partitionStatistics,
  takePerClass,
  type Partition,
  type PartitionStatistics,
} from '@protonorm/datasets';
import { loadPartition, loadPixelFile } from '@protonorm/datasets/node';
import { ProtoNormError, shareDataset, type Dataset } from '@protonorm/tensor';
import { loadNamedData } from '../data/load-named-data.ts';
import type { Recipe } from '../recipe/recipe-schema.ts';

/** The data of a run: on shared memory, and cut into clients. */
export interface RunData {
  readonly dataset: Dataset;
  readonly splits: Partition;
  readonly statistics: PartitionStatistics;
  /** SHA-256 of inputs and labels, and of all indices: what a resumed run must find again. */
  readonly sha256: { readonly dataset: string; readonly partition: string };
}

/** Loads the data set of a recipe. */
async function loadRecipeDataset(
  recipe: Recipe['dataset'],
  options: { readonly signal: AbortSignal },
): Promise<Dataset> {
  const { name, dir, split, perClass, pixels, meta } = recipe;
  if (pixels === undefined && meta !== undefined) {
    throw new ProtoNormError(
      'invalid-recipe',
      "'meta' describes a file of pixels, but there is no 'pixels'.",
      { received: recipe },
    );
  }
  const dataset =
    pixels !== undefined
      ? { ...(await loadPixelFile({ pixels, ...(meta !== undefined && { meta }), ...options })), name }
      : await loadNamedData(name, { dir, split, ...options });
  return perClass === undefined ? dataset : takePerClass(dataset, perClass);
}

/**
 * Loads the data of a recipe and cuts it into clients, with the seed of the run.
 *
 * @param options.dataset - the data, when they have been loaded for another seed
 */
export async function loadRunData(
  recipe: Recipe,
  options: { readonly seed: number; readonly signal: AbortSignal; readonly dataset?: Dataset },
): Promise<RunData> {
  const { seed, signal } = options;
  const dataset = options.dataset ?? shareDataset(await loadRecipeDataset(recipe.dataset, { signal }));
  const splits = await splitClients(recipe.partition, dataset, seed);
  return {
    dataset,
    splits,
    statistics: partitionStatistics(splits, dataset.labels, { classes: dataset.classes }),
    sha256: {
      dataset: datasetSha256(dataset),
      partition: sha256([...splits.train, ...splits.test]),
    },
  };
}

/** Cuts a data set into clients, from a file or by drawing. */
async function splitClients(
  options: Recipe['partition'],
  dataset: Dataset,
  seed: number,
): Promise<Partition> {
  if ('file' in options) {
    return loadPartition({ file: options.file, length: dataset.length, labels: dataset.labels });
  }
  const { labels, classes } = dataset;
  if (options.kind === 'natural') {
    if (dataset.groups === undefined) {
      throw new ProtoNormError(
        'infeasible-partition',
        `The data set '${dataset.name}' has no natural owners of its samples.`,
        {
          received: 'natural',
          hint: 'Choose another kind of partition.',
        },
      );
    }
    return drawPartition(labels, { ...options, seed, classes, groups: dataset.groups });
  }
  return drawPartition(labels, { seed, classes, ...options });
}

/** SHA-256 of the stored values and the labels (int32, little-endian) of a data set. */
export function datasetSha256({ inputs, labels }: Pick<Dataset, 'inputs' | 'labels'>): string {
  return sha256([inputs, labels]);
}

function sha256(arrays: readonly ArrayBufferView[]): string {
  const hash = createHash('sha256');
  for (const array of arrays) {
    hash.update(Uint8Array.from(new Uint8Array(array.buffer, array.byteOffset, array.byteLength)));
  }
  return hash.digest('hex');
}
