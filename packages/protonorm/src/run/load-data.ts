import { createHash } from 'node:crypto';
import {
  partition as drawPartition,
  partitionStatistics,
  type Partition,
  type PartitionStatistics,
} from '@protonorm/datasets';
import { loadPartition } from '@protonorm/datasets/node';
import { ProtoNormError, shareDataset, type Dataset } from '@protonorm/tensor';
import { loadRecipeDataset } from '../data/load-recipe-dataset.ts';
import type { Recipe } from '../recipe/recipe-schema.ts';
import { holdOut } from './hold-out.ts';

/** The data of a run: on shared memory, and cut into clients. */
export interface RunData {
  readonly dataset: Dataset;
  readonly splits: Partition;
  readonly statistics: PartitionStatistics;
  /** SHA-256 of inputs and labels, and of all indices: what a resumed run must find again. */
  readonly sha256: { readonly dataset: string; readonly partition: string };
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
  const drawn = await splitClients(recipe.partition, dataset, seed);
  const splits = recipe.validation === undefined ? drawn : holdOut(drawn, { share: recipe.validation, seed });
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
