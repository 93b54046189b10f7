import { ProtoNormError, type Dataset } from '@protonorm/tensor';

import { cifar100ClassNames, cifar10ClassNames } from './cifar-class-names.ts';

const PLANE = 1024;
const PIXELS = 3 * PLANE;

/** A file of CIFAR records. */
export interface CifarFile {
  /** What messages call it. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const common = {
  shape: [32, 32, 3],
  normalise: { divisor: 255, mean: 0.5, std: 0.5 },
  source:
    'A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009 (www.cs.toronto.edu/~kriz/cifar.html)',
  licence: 'none stated by the authors; cite Krizhevsky 2009',
} as const;

/**
 * Reads the official CIFAR-10 binary files (`data_batch_1.bin`, ...): records of a label and 3 x 1,024 pixels, planar.
 *
 * @param files - their bytes, in the order of the samples
 * @returns images as NHWC, shape [n, 32, 32, 3], normalised as (v / 255 - 0.5) / 0.5
 * @throws `data-corrupt` for a file that is empty or no whole number of records, or a label above 9
 * @example
 * ```ts
 * import { parseCifar10 } from '@protonorm/datasets';
 * const record = new Uint8Array(3073);
 * record[0] = 9;
 * parseCifar10([{ name: 'one.bin', bytes: record }]).labels[0]; // => 9
 * ```
 */
export function parseCifar10(files: readonly CifarFile[]): Dataset {
  const { inputs, labels } = parseRecords(files, { labelBytes: 1, classes: 10 });
  return {
    ...common,
    name: 'cifar10',
    classes: 10,
    classNames: cifar10ClassNames,
    length: labels.length,
    inputs,
    labels,
  };
}

/**
 * Reads the official CIFAR-100 binary files (`train.bin`, `test.bin`): a coarse and a fine label, then the pixels.
 *
 * @returns images as in {@link parseCifar10}; the labels are the 100 fine ones, `groups` the 20 superclasses
 * @throws `data-corrupt` for a file that is empty or no whole number of records, or labels above 19 and 99
 */
export function parseCifar100(files: readonly CifarFile[]): Dataset {
  const { inputs, labels, coarse } = parseRecords(files, { labelBytes: 2, classes: 100 });
  return {
    ...common,
    name: 'cifar100',
    classes: 100,
    classNames: cifar100ClassNames,
    length: labels.length,
    inputs,
    labels,
    groups: coarse,
  };
}

function parseRecords(
  files: readonly CifarFile[],
  { labelBytes, classes }: { labelBytes: number; classes: number },
) {
  const record = labelBytes + PIXELS;
  for (const { name, bytes } of files) {
    if (bytes.length > 0 && bytes.length % record === 0) continue;
    throw new ProtoNormError(
      'data-corrupt',
      `${name} has ${bytes.length} bytes, which is no whole number of CIFAR-${classes} records of ${record} bytes.`,
      {
        received: bytes.length,
        expected: record,
        hint: 'It is truncated or of another format: get it again.',
      },
    );
  }
  const length = files.reduce((sum, { bytes }) => sum + bytes.length / record, 0);
  const inputs = new Uint8Array(length * PIXELS);
  const labels = new Int32Array(length);
  const coarse = new Int32Array(labelBytes === 2 ? length : 0);
  let i = 0;
  for (const { name, bytes } of files) {
    for (let start = 0; start < bytes.length; start += record, i++) {
      labels[i] = checkedLabel(bytes[start + labelBytes - 1], classes, name, start / record);
      if (labelBytes === 2) coarse[i] = checkedLabel(bytes[start], 20, name, start / record);
      interleave(bytes, start + labelBytes, inputs, i * PIXELS);
    }
  }
  return { inputs, labels, coarse };
}

function checkedLabel(label: number, classes: number, name: string, record: number): number {
  if (label < classes) return label;
  throw new ProtoNormError(
    'data-corrupt',
    `Record ${record} of ${name} has label ${label}, above ${classes - 1}.`,
    {
      received: label,
      expected: classes,
      hint: 'The file is damaged or of another format: get it again.',
    },
  );
}

/** Three planes R, G, B to pixels RGB: CHW to HWC. */
function interleave(from: Uint8Array, start: number, to: Uint8Array, target: number): void {
  for (let p = 0; p < PLANE; p++) {
    to[target++] = from[start + p];
    to[target++] = from[start + PLANE + p];
    to[target++] = from[start + 2 * PLANE + p];
  }
}
