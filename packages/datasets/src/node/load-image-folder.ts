import { basename } from 'node:path';

import { ProtoNormError, type Dataset } from '@protonorm/tensor';

import type { ImageDecoder } from '../images/image-decoder.ts';
import { textOf, type ImageFiles } from '../images/image-files.ts';
import { classLabels, imagesOf, type ImageSplit, type ListedImage } from '../images/image-list.ts';
import { imagesInFolders, namesInWords } from '../images/images-in-folders.ts';
import { imagesInList } from '../images/images-in-list.ts';
import { stackImages, type BrokenImage, type ImageProgress } from '../images/stack-images.ts';
import { createImageDecoder } from './image-decoder/create-image-decoder.ts';
import { openImageFiles } from './open-image-files.ts';
import { readTextFiles } from './read-text-files.ts';

/** Settings of {@link loadImageFolder}. */
export interface LoadImageFolderOptions {
  /** A folder of images, or a .tar or .tar.gz of it. */
  readonly path: string;
  /**
   * File of comma-separated values with the columns `file`, `label` and, if there are parts, `split`.
   *
   * @defaultValue `labels.csv` beside the folders of `path`, if there is one; otherwise the folders are the classes
   */
  readonly labels?: string;
  /** @defaultValue 'all' */
  readonly split?: ImageSplit;
  /** Height and width of the samples, or both as one number; integers >= 1. @defaultValue those of the first image */
  readonly size?: number | readonly [height: number, width: number];
  /**
   * Brings images of another size to `size`: the largest centred part with its ratio of sides, each new pixel the average
   * of the area that it covers. Otherwise they are refused.
   *
   * @defaultValue false
   */
  readonly resize?: boolean;
  /** Passes over files that cannot be decoded; `broken` tells them. @defaultValue false */
  readonly skipBroken?: boolean;
  /** @defaultValue JPEG and PNG: `createImageDecoder()` */
  readonly decoder?: ImageDecoder;
  /** Called after each image. */
  readonly onProgress?: (progress: ImageProgress) => void;
  /** @defaultValue the name of the folder or archive, without its ending */
  readonly name?: string;
  /** @defaultValue the number of images and the name of the folder or archive */
  readonly source?: string;
  /** @defaultValue 'not stated' */
  readonly licence?: string;
  readonly signal?: AbortSignal;
}

/** A data set that was a folder of images. */
export interface ImageFolderDataset extends Dataset {
  /** File of each sample, as it is called in the folder or archive; length of the data set. */
  readonly files: readonly string[];
  /** Files that could not be decoded and were passed over. */
  readonly broken: readonly BrokenImage[];
}

/**
 * Loads JPEG and PNG images (.jpg, .jpeg, .png) from folders: one for each class, `<class>/**`, or one for each part and
 * class, `<part>/<class>/**`, with the parts train, val and test; the unpacked Tiny ImageNet with its `val_annotations.txt`
 * and `words.txt`; or images with a list of labels. Folders around all of that are passed through.
 *
 * Classes are the folders, sorted, or the labels, sorted (by number where all are numbers), of **all** parts, so that they are
 * the same in each. Samples are sorted by part (train, val, test), class and name, or in the order of the list. Images are
 * RGB: grey ones get three equal values, transparency is left out, orientation in EXIF is not applied. Everything is in
 * memory: h * w * 3 bytes a sample, and the archive while it is read.
 *
 * @returns uint8, shape [n, h, w, 3], normalised as (v / 255 - 0.5) / 0.5, with the file of each sample
 * @throws `data-not-found` for a missing folder, archive, list or file of the list, or no images in classes; `data-corrupt` for
 *   a file that cannot be decoded (with its name), a damaged archive or a malformed list; `shape-mismatch` for an image of
 *   another size without `resize`; `invalid-argument` for a size out of range, `resize` without a size, or a part that there
 *   is not; `signal.reason` when aborted
 * @example
 * ```ts
 * import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { loadImageFolder } from '@protonorm/datasets/node';
 * const base64 = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';
 * const path = await mkdtemp(`${tmpdir()}/images-`);
 * for (const name of ['cat', 'dog']) {
 *   await mkdir(`${path}/${name}`);
 *   await writeFile(`${path}/${name}/1.png`, Buffer.from(base64, 'base64'));
 * }
 * const { classNames, shape } = await loadImageFolder({ path, size: 32, resize: true });
 * await rm(path, { recursive: true });
 * [...classNames, ...shape]; // => ['cat', 'dog', 32, 32, 3]
 * ```
 */
export async function loadImageFolder(options: LoadImageFolderOptions): Promise<ImageFolderDataset> {
  const { path, split = 'all', resize = false, skipBroken = false, onProgress, signal } = options;
  const size = checkedSize(options.size, resize);
  signal?.throwIfAborted();
  const files = await openImageFiles(path, signal);
  const all = await listed(files, options.labels, signal);
  const labels = classLabels(all);
  const classes = new Map(labels.map((label, i) => [label, i]));
  const images = imagesOf(all, split, files.place);
  const { shape, inputs, kept, broken } = await stackImages(
    images.map(({ name }) => name),
    files.read,
    { decoder: options.decoder ?? createImageDecoder(), size, resize, skipBroken, onProgress, signal },
  );
  return {
    name: options.name ?? basename(path).replace(/\.(?:tar|tar\.gz)$/, ''),
    shape,
    classes: labels.length,
    classNames: await namesInWords(files, labels),
    length: kept.length,
    inputs,
    labels: Int32Array.from(kept, (i) => classes.get(images[i].label)!),
    normalise: { divisor: 255, mean: 0.5, std: 0.5 },
    source: options.source ?? `${kept.length} images of ${basename(path)}`,
    licence: options.licence ?? 'not stated',
    files: kept.map((i) => images[i].name),
    broken,
  };
}

async function listed(
  files: ImageFiles,
  path: string | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly ListedImage[]> {
  if (path !== undefined) {
    const hint = 'Give comma-separated values with the columns file and label, as .csv or .csv.gz.';
    const [list] = await readTextFiles(path, { hint, signal });
    return imagesInList(files, list);
  }
  const name = files.names.find((file) => /^(?:[^/]+\/)?labels\.csv$/.test(file));
  if (name === undefined) return imagesInFolders(files);
  return imagesInList(files, { name, text: (await textOf(files, name))! });
}

function checkedSize(
  size: LoadImageFolderOptions['size'],
  resize: boolean,
): readonly [number, number] | undefined {
  if (size === undefined && !resize) return undefined;
  const [height, width] = typeof size === 'object' ? size : [size, size];
  if (isExtent(height) && isExtent(width)) return [height, width];
  throw new ProtoNormError(
    'invalid-argument',
    `The size of images must be integers >= 1, received ${size === undefined ? 'none' : String(size)}.`,
    {
      received: size,
      expected: '[height, width]',
      hint: resize ? 'resize: true needs the size, e.g. 32.' : undefined,
    },
  );
}

function isExtent(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 1;
}
