import { checkDataset } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';

import { parseIdx, parseMnist } from './idx.ts';

const code = (name: string) => expect.objectContaining({ code: name });

function idx(shape: number[], values: number[]): Uint8Array {
  const sizes = shape.flatMap((extent) => [
    extent >>> 24,
    (extent >> 16) & 255,
    (extent >> 8) & 255,
    extent & 255,
  ]);
  return Uint8Array.from([0, 0, 8, shape.length, ...sizes, ...values]);
}

describe('parseIdx', () => {
  it('reads shape and values', () => {
    expect(parseIdx(idx([2, 3], [1, 2, 3, 4, 5, 6]))).toEqual({
      shape: [2, 3],
      values: Uint8Array.of(1, 2, 3, 4, 5, 6),
    });
    expect(parseIdx(idx([258], Array(258).fill(1))).shape).toEqual([258]);
  });

  it('reads a file that lies within a larger buffer', () => {
    const file = idx([1], [9]);
    const buffer = new Uint8Array(file.length + 3);
    buffer.set(file, 3);
    expect([...parseIdx(buffer.subarray(3)).values]).toEqual([9]);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['another type', Uint8Array.of(0, 0, 13, 1, 0, 0, 0, 0)],
    ['no dimension', Uint8Array.of(0, 0, 8, 0, 0, 0, 0, 0)],
    ['a cut header', Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0)],
    ['a gzip file', Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0)],
    ['too few values', idx([2, 2], [1, 2, 3])],
    ['too many values', idx([2], [1, 2, 3])],
  ])('refuses %s', (_, bytes) => {
    expect(() => parseIdx(bytes)).toThrow(code('data-corrupt'));
  });

  it('says that a compressed file must be unpacked', () => {
    expect(() => parseIdx(Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0))).toThrow(/unpack it first/);
  });
});

const part = (labels: number[], size = 2) => ({
  images: idx(
    [labels.length, size, size],
    labels.flatMap((label) => Array<number>(size * size).fill(label * 20)),
  ),
  labels: idx([labels.length], labels),
});

describe('parseMnist', () => {
  it('joins parts in order', () => {
    const dataset = checkDataset(parseMnist([part([5, 0]), part([9])]));
    expect([dataset.length, dataset.shape]).toEqual([3, [2, 2, 1]]);
    expect([...dataset.labels]).toEqual([5, 0, 9]);
    expect([...dataset.inputs]).toEqual([100, 100, 100, 100, 0, 0, 0, 0, 180, 180, 180, 180]);
  });

  it.each([
    ['other counts', { images: part([1, 2]).images, labels: part([1]).labels }],
    ['labels as images', { images: part([1]).labels, labels: part([1]).labels }],
    ['a label above 9', part([3, 10])],
  ])('refuses %s', (_, broken) => {
    expect(() => parseMnist([broken])).toThrow(code('data-corrupt'));
  });

  it('refuses parts of different image sizes', () => {
    expect(() => parseMnist([part([1]), part([1], 3)])).toThrow(code('data-corrupt'));
  });
});
