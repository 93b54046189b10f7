import { ProtoNormError, type Dataset } from '@protonorm/tensor';

/** An array of an IDX file: row-major bytes. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

/**
 * Reads an IDX file of unsigned bytes (the format of MNIST): two zero bytes, type 8, number of dimensions, their sizes
 * as big-endian uint32, values.
 *
 * @param bytes - the whole file, not compressed; the values are a view into it
 * @param name - what messages call it
 * @throws `data-corrupt` for another magic number or a length that does not follow from the header
 * @example
 * ```ts
 * import { parseIdx } from '@protonorm/datasets';
 * const { shape, values } = parseIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9));
 * [...shape, ...values]; // => [2, 7, 9]
 * ```
 */
export function parseIdx(bytes: Uint8Array, name = 'IDX file'): IdxArray {
  const [zero1, zero2, type, rank] = bytes;
  if (
    bytes.length < 8 ||
    zero1 !== 0 ||
    zero2 !== 0 ||
    type !== 8 ||
    rank < 1 ||
    bytes.length < 4 + 4 * rank
  ) {
    const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw new ProtoNormError(
      'data-corrupt',
      `${name} does not start like an IDX file of bytes but with ${start || 'nothing'}.`,
      {
        received: start,
        expected: '00 00 08 ..',
        hint: start.startsWith('1f 8b')
          ? 'It is compressed: unpack it first.'
          : 'It is of another format: get it again.',
      },
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const values = bytes.subarray(4 + 4 * rank);
  const expected = shape.reduce((product, extent) => product * extent, 1);
  if (values.length !== expected) {
    throw new ProtoNormError(
      'data-corrupt',
      `${name} announces ${shape.join(' x ')} values but holds ${values.length}.`,
      { received: values.length, expected, hint: 'It is truncated or damaged: get it again.' },
    );
  }
  return { shape, values };
}

/** The two files of a part of MNIST, not compressed. */
export interface MnistPart {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/**
 * Reads parts of MNIST from the official IDX files.
 *
 * @param parts - bytes of image and label files, in the order of the samples
 * @returns images of shape [n, 28, 28, 1] (or what the files say), normalised as (v / 255 - 0.5) / 0.5; copies
 * @throws `data-corrupt` for what {@link parseIdx} refuses, another number of images than labels, or a label above 9
 */
export function parseMnist(parts: readonly MnistPart[]): Dataset {
  const arrays = parts.map((part) =>
    checkedPart(parseIdx(part.images, 'MNIST images'), parseIdx(part.labels, 'MNIST labels')),
  );
  const [height, width] = arrays[0].images.shape.slice(1);
  const length = arrays.reduce((sum, { labels }) => sum + labels.values.length, 0);
  const inputs = new Uint8Array(length * height * width);
  const targets = new Int32Array(length);
  let at = 0;
  for (const { images, labels } of arrays) {
    if (images.shape[1] !== height || images.shape[2] !== width) {
      throw new ProtoNormError('data-corrupt', 'The MNIST parts have images of different sizes.', {
        received: images.shape,
        expected: [height, width],
      });
    }
    inputs.set(images.values, at * height * width);
    targets.set(labels.values, at);
    at += labels.values.length;
  }
  return {
    name: 'mnist',
    shape: [height, width, 1],
    classes: 10,
    classNames: Array.from('0123456789'),
    length,
    inputs,
    labels: targets,
    normalise: { divisor: 255, mean: 0.5, std: 0.5 },
    source: 'Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits (from NIST)',
    licence: 'often given as CC-BY-SA-3.0',
  };
}

function checkedPart(images: IdxArray, labels: IdxArray): { images: IdxArray; labels: IdxArray } {
  if (images.shape.length !== 3 || labels.shape.length !== 1 || images.shape[0] !== labels.shape[0]) {
    throw new ProtoNormError(
      'data-corrupt',
      `MNIST images of shape ${images.shape.join(' x ')} do not go with labels of shape ${labels.shape.join(' x ')}.`,
      { received: [images.shape, labels.shape], hint: 'Images and labels must be of the same part.' },
    );
  }
  const bad = labels.values.findIndex((label) => label > 9);
  if (bad >= 0) {
    throw new ProtoNormError(
      'data-corrupt',
      `MNIST label ${labels.values[bad]} of sample ${bad} is above 9.`,
      {
        received: labels.values[bad],
      },
    );
  }
  return { images, labels };
}
