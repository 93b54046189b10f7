import { isProtoNormError, ProtoNormError, type Dataset } from '@protonorm/tensor';

import { parseCifar10, parseCifar100, type CifarFile } from '../images/cifar.ts';
import { parseMnist, type MnistPart } from '../images/idx.ts';
import { downloadDataset, type DownloadDatasetOptions } from './download/download-dataset.ts';
import type { DownloadableDataset } from './download/dataset-sources.ts';
import { readDataFile } from './read-data-file.ts';

/** Which part of a data set: the reference merges both (training part first) before it partitions. */
export type DatasetSplit = 'train' | 'test' | 'all';

/** Settings of the loaders. */
export interface LoadOptions {
  /** Folder with the official files, or the folder that the official archive unpacks to inside of it. */
  readonly dir: string;
  /** @defaultValue 'all' */
  readonly split?: DatasetSplit;
  /**
   * Downloads the official files into `dir` when they are not there.
   *
   * @defaultValue false
   */
  readonly download?: boolean | Omit<DownloadDatasetOptions, 'dir' | 'signal'>;
  /**
   * 'official' refuses files with another number of records than the official ones, because a truncated file can end
   * between two records; 'any' takes every whole number of records (MNIST files state theirs).
   *
   * @defaultValue 'official'
   */
  readonly records?: 'official' | 'any';
  readonly signal?: AbortSignal;
}

interface Layout {
  readonly folders: readonly string[];
  readonly train: readonly (readonly [file: string, records: number])[];
  readonly test: readonly (readonly [file: string, records: number])[];
  readonly recordBytes: number;
}

const cifar10Layout: Layout = {
  folders: ['.', 'cifar-10-batches-bin'],
  train: [1, 2, 3, 4, 5].map((i) => [`data_batch_${i}.bin`, 10_000]),
  test: [['test_batch.bin', 10_000]],
  recordBytes: 3073,
};

const cifar100Layout: Layout = {
  folders: ['.', 'cifar-100-binary'],
  train: [['train.bin', 50_000]],
  test: [['test.bin', 10_000]],
  recordBytes: 3074,
};

/**
 * Loads CIFAR-10 from the official binary files `data_batch_1.bin` ... `data_batch_5.bin` and `test_batch.bin`.
 *
 * @returns images of shape [n, 32, 32, 3] in the order of the files; 50,000, 10,000 or (all) 60,000
 * @throws `data-not-found` with the files that were looked for and how to get them; `data-corrupt` for a truncated file
 *   or a label out of range; what {@link downloadDataset} throws; `signal.reason` when aborted
 */
export function loadCifar10(options: LoadOptions): Promise<Dataset> {
  return downloadedIfMissing('cifar10', options, async () =>
    parseCifar10(await cifarFiles(cifar10Layout, 'cifar10', options)),
  );
}

/**
 * Loads CIFAR-100 from the official binary files `train.bin` and `test.bin`, with the 100 fine classes.
 *
 * @throws as {@link loadCifar10}
 */
export function loadCifar100(options: LoadOptions): Promise<Dataset> {
  return downloadedIfMissing('cifar100', options, async () =>
    parseCifar100(await cifarFiles(cifar100Layout, 'cifar100', options)),
  );
}

/**
 * Loads MNIST from the official IDX files (`train-images-idx3-ubyte`, ... also with .gz, or with a dot before idx).
 *
 * @returns images of shape [n, 28, 28, 1]
 * @throws as {@link loadCifar10}
 */
export function loadMnist(options: LoadOptions): Promise<Dataset> {
  return downloadedIfMissing('mnist', options, async () => {
    const parts: MnistPart[] = [];
    for (const part of partsOf(options.split)) {
      const prefix = part === 'train' ? 'train' : 't10k';
      const read = (what: string) =>
        readDataFile({
          dir: options.dir,
          folders: ['.', 'MNIST/raw', 'mnist'],
          names: [
            `${prefix}-${what}-ubyte`,
            `${prefix}-${what}-ubyte.gz`,
            `${prefix}-${what.replace('-', '.')}-ubyte`,
          ],
          hint: howToGet('mnist'),
          signal: options.signal,
        });
      parts.push({ images: await read('images-idx3'), labels: await read('labels-idx1') });
    }
    return parseMnist(parts);
  });
}

async function cifarFiles(
  layout: Layout,
  name: DownloadableDataset,
  options: LoadOptions,
): Promise<CifarFile[]> {
  const { dir, records = 'official', signal } = options;
  const files: CifarFile[] = [];
  for (const [file, expected] of partsOf(options.split).flatMap((part) => layout[part])) {
    const bytes = await readDataFile({
      dir,
      folders: layout.folders,
      names: [file],
      hint: howToGet(name),
      signal,
    });
    if (records === 'official' && bytes.length !== expected * layout.recordBytes) {
      throw new ProtoNormError(
        'data-corrupt',
        `${file} has ${bytes.length} bytes; the official file has ${expected * layout.recordBytes}.`,
        {
          received: bytes.length,
          expected: expected * layout.recordBytes,
          hint: "Get it again, or, for a file that was cut on purpose, load it with records: 'any'.",
        },
      );
    }
    files.push({ name: file, bytes });
  }
  return files;
}

function partsOf(split: DatasetSplit = 'all'): readonly ('train' | 'test')[] {
  if (split === 'all') return ['train', 'test'];
  if (split === 'train' || split === 'test') return [split];
  throw new ProtoNormError('invalid-argument', `There is no split '${String(split)}'.`, {
    received: split,
    expected: ['train', 'test', 'all'],
    hint: "Known: 'train', 'test', 'all'.",
  });
}

function howToGet(name: DownloadableDataset): string {
  return `Load it with download: true, or call downloadDataset('${name}', { dir }), or give the folder that has the official files.`;
}

async function downloadedIfMissing(
  name: DownloadableDataset,
  { dir, download, signal }: LoadOptions,
  load: () => Promise<Dataset>,
): Promise<Dataset> {
  signal?.throwIfAborted();
  try {
    return await load();
  } catch (error) {
    if (!(download && isProtoNormError(error, 'data-not-found'))) throw error;
  }
  const settings = typeof download === 'object' ? download : {};
  await downloadDataset(name, { ...settings, dir, ...(signal && { signal }) });
  return load();
}
