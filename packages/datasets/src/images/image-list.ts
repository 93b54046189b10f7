import { ProtoNormError } from '@protonorm/tensor';

import { decimalNumber } from '../text/decimal-number.ts';
import type { ImagePart } from './image-files.ts';

/** An image that is not read yet. */
export interface ListedImage {
  /** One of the names of the files. */
  readonly name: string;
  /** What its class is called in the folders or the list. */
  readonly label: string;
  readonly part?: ImagePart | undefined;
}

/** Which part of a data set of images. */
export type ImageSplit = ImagePart | 'all';

/** The different labels of images, sorted: by number where all are decimal numbers, otherwise by UTF-16 code units. */
export function classLabels(images: readonly ListedImage[]): string[] {
  const labels = [...new Set(images.map(({ label }) => label))].sort();
  const numbers = new Map(labels.map((label) => [label, decimalNumber(label)]));
  if ([...numbers.values()].some((number) => Number.isNaN(number))) return labels;
  return labels.sort((a, b) => numbers.get(a)! - numbers.get(b)!);
}

/**
 * The images of a part.
 *
 * @throws `invalid-argument` for a part that there is not
 */
export function imagesOf(
  images: readonly ListedImage[],
  split: ImageSplit,
  place: string,
): readonly ListedImage[] {
  if (split === 'all') return images;
  const chosen = images.filter(({ part }) => part === split);
  if (chosen.length > 0) return chosen;
  const parts = [...new Set(images.flatMap(({ part }) => part ?? []))];
  throw new ProtoNormError(
    'invalid-argument',
    `${place} has no part '${String(split)}' of labelled images.`,
    {
      received: split,
      expected: [...parts, 'all'],
      hint: `It has ${parts.length === 0 ? 'no parts' : parts.map((part) => `'${part}'`).join(', ')}.`,
    },
  );
}
