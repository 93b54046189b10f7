import { checkDataset } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';

import { parseCifar10, parseCifar100 } from './cifar.ts';

const code = (name: string) => expect.objectContaining({ code: name });

/** Record whose planes hold p, p + 1 and p + 2 (mod 251) at pixel p. */
function record(...labels: number[]): Uint8Array {
  const pixels = Array.from({ length: 3072 }, (_, i) => ((i & 1023) + (i >> 10)) % 251);
  return Uint8Array.from([...labels, ...pixels]);
}
const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));

describe('parseCifar10', () => {
  it('turns planes into pixels and keeps the order of files and records', () => {
    const dataset = checkDataset(
      parseCifar10([
        { name: 'a.bin', bytes: join(record(3), record(9)) },
        { name: 'b.bin', bytes: record(0) },
      ]),
    );
    expect([dataset.name, dataset.length, dataset.shape]).toEqual(['cifar10', 3, [32, 32, 3]]);
    expect([...dataset.labels]).toEqual([3, 9, 0]);
    for (const [sample, pixel] of [
      [0, 0],
      [1, 33],
      [2, 1023],
    ]) {
      const at = sample * 3072 + 3 * pixel;
      expect([...dataset.inputs.subarray(at, at + 3)]).toEqual([
        pixel % 251,
        (pixel + 1) % 251,
        (pixel + 2) % 251,
      ]);
    }
    expect(dataset.classNames?.[9]).toBe('truck');
  });

  it('refuses files that are truncated, empty or have a label out of range', () => {
    for (const bytes of [record(1).subarray(0, 3072), new Uint8Array(0), join(record(1), Uint8Array.of(1))]) {
      expect(() => parseCifar10([{ name: 'cut.bin', bytes }])).toThrow(code('data-corrupt'));
    }
    const wrong = [{ name: 'wrong.bin', bytes: join(record(1), record(10)) }];
    expect(() => parseCifar10(wrong)).toThrow(/Record 1 of wrong.bin has label 10/);
    expect(() => parseCifar10(wrong)).toThrow(code('data-corrupt'));
  });
});

describe('parseCifar100', () => {
  it('reads fine labels as classes and coarse ones as groups', () => {
    const dataset = checkDataset(
      parseCifar100([{ name: 'train.bin', bytes: join(record(4, 0), record(19, 99)) }]),
    );
    expect([...dataset.labels]).toEqual([0, 99]);
    expect([...dataset.groups!]).toEqual([4, 19]);
    expect([dataset.classNames?.length, dataset.classNames?.[0], dataset.classNames?.[99]]).toEqual([
      100,
      'apple',
      'worm',
    ]);
    expect([...dataset.inputs.subarray(3072, 3075)]).toEqual([0, 1, 2]);
  });

  it('refuses labels out of range', () => {
    for (const labels of [
      [20, 5],
      [3, 100],
    ]) {
      expect(() => parseCifar100([{ name: 'x', bytes: record(...labels) }])).toThrow(code('data-corrupt'));
    }
  });
});
