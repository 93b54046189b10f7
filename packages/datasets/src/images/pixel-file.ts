import { ProtoNormError, type Dataset, type Normalisation } from '@protonorm/tensor';

/** What goes with a file of raw pixels; the format of `cifar2k_meta.json` and what may be added to it. */
export interface PixelFileMeta {
  /** [samples, height, width, channels], NHWC. */
  readonly shape: readonly number[];
  readonly dtype: 'uint8' | 'float32';
  /** Text that names the layout (must start with NHWC) and, without `labels`, the labels: "sample = label*200 + k". */
  readonly order: string;
  /** Checksum of the pixels, not compressed, in hexadecimal. */
  readonly sha256: string;
  /** "(v/255-0.5)/0.5": divisor, mean and standard deviation; without it, values are used as they are. */
  readonly normalize?: string;
  /** Class of each sample. */
  readonly labels?: readonly number[];
  /** Number of classes; without it, the largest label + 1. */
  readonly classes?: number;
  readonly classNames?: readonly string[];
  readonly name?: string;
  readonly source?: string;
  readonly licence?: string;
}

/**
 * Checks the description of a pixel file.
 *
 * @param value - parsed JSON
 * @throws `data-corrupt` with the field that is missing or malformed
 */
export function checkPixelFileMeta(value: unknown): PixelFileMeta {
  const meta = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const rules: [string, boolean, string][] = [
    [
      'shape',
      isIntegers(meta.shape) && (meta.shape as unknown[]).length >= 2,
      '[samples, ...shape of a sample]',
    ],
    ['dtype', meta.dtype === 'uint8' || meta.dtype === 'float32', "'uint8' or 'float32'"],
    [
      'order',
      typeof meta.order === 'string' && meta.order.startsWith('NHWC'),
      "a text that starts with 'NHWC'",
    ],
    [
      'sha256',
      typeof meta.sha256 === 'string' && /^[0-9a-f]{64}$/.test(meta.sha256),
      '64 hexadecimal digits',
    ],
    [
      'normalize',
      meta.normalize === undefined || normalisationOf(meta.normalize) !== undefined,
      '"(v/255-0.5)/0.5"',
    ],
    ['labels', meta.labels === undefined || isIntegers(meta.labels), 'a list of class indices'],
    ['classes', meta.classes === undefined || isIntegers([meta.classes]), 'an integer'],
  ];
  for (const [field, passed, expected] of rules) {
    if (passed) continue;
    throw new ProtoNormError(
      'data-corrupt',
      `The description of the pixel file has ${field} = ${JSON.stringify(meta[field])}; it must be ${expected}.`,
      { received: meta[field], expected },
    );
  }
  return value as PixelFileMeta;
}

/**
 * Makes a data set of raw pixels and their description. It does not compute the checksum: `loadPixelFile` of
 * `@protonorm/datasets/node` does.
 *
 * @param bytes - the pixels, not compressed, NHWC, row-major; float32 little-endian; used without copying where possible
 * @throws `data-corrupt` for a malformed description, another number of bytes or labels than it says, or labels that
 *   cannot be told
 * @example
 * ```ts
 * import { parsePixelFile } from '@protonorm/datasets';
 * const meta = {
 *   shape: [4, 1, 1, 1], dtype: 'uint8', order: 'NHWC; sample = label*2 + k', sha256: '0'.repeat(64),
 * } as const;
 * [...parsePixelFile(Uint8Array.of(5, 6, 7, 8), meta).labels]; // => [0, 0, 1, 1]
 * ```
 */
export function parsePixelFile(bytes: Uint8Array, meta: PixelFileMeta): Dataset {
  checkPixelFileMeta(meta);
  const [length, ...shape] = meta.shape;
  const values = meta.shape.reduce((product, extent) => product * extent, 1);
  const expected = values * (meta.dtype === 'uint8' ? 1 : 4);
  if (bytes.length !== expected) {
    throw new ProtoNormError(
      'data-corrupt',
      `The pixel file has ${bytes.length} bytes, its description says ${expected}.`,
      {
        received: bytes.length,
        expected,
        hint: 'It is truncated or belongs to another description.',
      },
    );
  }
  const labels = labelsOf(meta, length);
  const classes = meta.classes ?? labels.reduce((a, b) => Math.max(a, b), 0) + 1;
  const bad = labels.findIndex((label) => label >= classes);
  if (bad >= 0) {
    throw new ProtoNormError(
      'data-corrupt',
      `Sample ${bad} has label ${labels[bad]}, but there are ${classes} classes.`,
      {
        received: labels[bad],
      },
    );
  }
  const normalise = meta.normalize === undefined ? undefined : normalisationOf(meta.normalize);
  return {
    name: meta.name ?? 'pixels',
    shape,
    classes,
    ...(meta.classNames && { classNames: meta.classNames }),
    length,
    inputs: meta.dtype === 'uint8' ? bytes : new Float32Array(bytes.slice().buffer),
    labels,
    ...(normalise && { normalise }),
    source: meta.source ?? meta.order,
    licence: meta.licence ?? 'not stated',
  };
}

function isIntegers(list: unknown): boolean {
  return Array.isArray(list) && list.every((value) => Number.isInteger(value) && value >= 0);
}

function labelsOf(meta: PixelFileMeta, length: number): Int32Array {
  if (meta.labels !== undefined) {
    if (meta.labels.length !== length) {
      throw new ProtoNormError(
        'data-corrupt',
        `There are ${length} samples, but ${meta.labels.length} labels.`,
        {
          received: meta.labels.length,
          expected: length,
        },
      );
    }
    return Int32Array.from(meta.labels);
  }
  const perClass = Number(/sample\s*=\s*label\s*\*\s*(\d+)\s*\+\s*k/.exec(meta.order)?.[1]);
  if (!(perClass >= 1 && length % perClass === 0)) {
    throw new ProtoNormError(
      'data-corrupt',
      `The labels of ${length} samples cannot be told from "${meta.order}".`,
      {
        received: meta.order,
        hint: 'Add "labels" to the description, or "sample = label*K + k" to its order.',
      },
    );
  }
  return Int32Array.from({ length }, (_, i) => Math.floor(i / perClass));
}

function normalisationOf(text: unknown): Normalisation | undefined {
  const match = /^\(v\/([\d.]+)-([\d.]+)\)\/([\d.]+)$/.exec(String(text).replaceAll(' ', ''));
  if (match === null) return undefined;
  const [divisor, mean, std] = match.slice(1).map(Number);
  return divisor > 0 && std > 0 && Number.isFinite(mean) ? { divisor, mean, std } : undefined;
}
