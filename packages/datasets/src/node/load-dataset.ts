import { ProtoNormError, type Dataset } from '@protonorm/tensor';

import { digitsDataset } from '../digits/digits.ts';
import { loadCifar10, loadCifar100, loadMnist, type LoadOptions } from './load-images.ts';

/** Names that {@link loadDataset} knows. */
export const datasetNames = ['digits', 'mnist', 'cifar10', 'cifar100'] as const;

/** A name that {@link loadDataset} knows. */
export type DatasetName = (typeof datasetNames)[number];

/** Settings of {@link loadDataset}. */
export interface LoadDatasetOptions extends Omit<LoadOptions, 'dir'> {
  /** Folder with the official files; not needed for 'digits', which is bundled. */
  readonly dir?: string;
}

const loaders: Record<Exclude<DatasetName, 'digits'>, (options: LoadOptions) => Promise<Dataset>> = {
  mnist: loadMnist,
  cifar10: loadCifar10,
  cifar100: loadCifar100,
};

/**
 * Loads a data set by its name.
 *
 * @param name - one of {@link datasetNames}
 * @throws `unknown-dataset` for another name; `data-not-found` without a folder or files; what the loaders throw;
 *   `invalid-argument` for a split of 'digits', which has none
 * @example
 * ```ts
 * import { loadDataset } from '@protonorm/datasets/node';
 * (await loadDataset('digits')).length; // => 1797
 * ```
 */
export async function loadDataset(name: string, options: LoadDatasetOptions = {}): Promise<Dataset> {
  if (!(datasetNames as readonly string[]).includes(name)) {
    throw new ProtoNormError('unknown-dataset', `There is no data set '${name}'.`, {
      received: name,
      expected: datasetNames,
      hint: `Known: ${datasetNames.join(', ')}. For images in folders, as Tiny ImageNet, use loadImageFolder, for raw pixels loadPixelFile.`,
    });
  }
  options.signal?.throwIfAborted();
  if (name === 'digits') {
    if (options.split !== undefined && options.split !== 'all') {
      throw new ProtoNormError(
        'invalid-argument',
        `'digits' has no split '${options.split}': it is one set.`,
        {
          received: options.split,
          expected: 'all',
        },
      );
    }
    return digitsDataset();
  }
  const { dir, ...rest } = options;
  if (dir === undefined) {
    throw new ProtoNormError('data-not-found', `'${name}' is not bundled, and no folder was given.`, {
      received: dir,
      hint: "Give the folder of its files as dir, e.g. with download: true. Only 'digits' is bundled.",
    });
  }
  return loaders[name as Exclude<DatasetName, 'digits'>]({ ...rest, dir });
}
