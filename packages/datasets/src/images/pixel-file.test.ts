import { checkDataset } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';

import { parsePixelFile, type PixelFileMeta } from './pixel-file.ts';

const code = (name: string) => expect.objectContaining({ code: name });
const meta: PixelFileMeta = {
  shape: [4, 1, 2, 1],
  dtype: 'uint8',
  order: 'NHWC; sample = label*2 + k, file train/<class>/<k:04d>.jpg, classes alphabetical',
  sha256: 'a'.repeat(64),
  normalize: '(v/255-0.5)/0.5',
};
const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

describe('parsePixelFile', () => {
  it('tells labels and normalisation from the texts', () => {
    const dataset = checkDataset(parsePixelFile(bytes, meta));
    expect([...dataset.labels]).toEqual([0, 0, 1, 1]);
    expect([dataset.length, dataset.classes, dataset.shape]).toEqual([4, 2, [1, 2, 1]]);
    expect(dataset.normalise).toEqual({ divisor: 255, mean: 0.5, std: 0.5 });
    expect([...dataset.inputs]).toEqual([...bytes]);
  });

  it('prefers the labels of the description', () => {
    const dataset = parsePixelFile(bytes, {
      ...meta,
      labels: [2, 0, 0, 1],
      classes: 5,
      name: 'mine',
      licence: 'CC0-1.0',
    });
    expect([...dataset.labels]).toEqual([2, 0, 0, 1]);
    expect([dataset.classes, dataset.name, dataset.licence]).toEqual([5, 'mine', 'CC0-1.0']);
  });

  it('reads float32', () => {
    const values = Float32Array.of(0.5, -1, 2, 3);
    const { normalize: _, ...plain } = meta;
    const dataset = parsePixelFile(new Uint8Array(values.buffer), {
      ...plain,
      shape: [4, 1, 1, 1],
      dtype: 'float32',
    });
    expect(dataset.inputs).toEqual(values);
    expect(dataset.normalise).toBeUndefined();
  });

  it.each([
    ['no object', null],
    ['a missing shape', { ...meta, shape: undefined }],
    ['a shape of one number', { ...meta, shape: [8] }],
    ['another type', { ...meta, dtype: 'int16' }],
    ['another layout', { ...meta, order: 'NCHW; sample = label*2 + k' }],
    ['no checksum', { ...meta, sha256: 'abc' }],
    ['an unknown normalisation', { ...meta, normalize: 'v/255' }],
    ['a normalisation by zero', { ...meta, normalize: '(v/0-0.5)/0.5' }],
    ['labels that are no integers', { ...meta, labels: [0, 1, 1.5, 0] }],
    ['another number of labels', { ...meta, labels: [0, 1] }],
    ['a label above the classes', { ...meta, labels: [0, 1, 2, 0], classes: 2 }],
    ['labels that cannot be told', { ...meta, order: 'NHWC' }],
    ['classes of unequal size', { ...meta, order: 'NHWC; sample = label*3 + k' }],
    ['another length', { ...meta, shape: [4, 2, 2, 1] }],
  ])('refuses %s', (_, broken) => {
    expect(() => parsePixelFile(bytes, broken as PixelFileMeta)).toThrow(code('data-corrupt'));
  });
});
