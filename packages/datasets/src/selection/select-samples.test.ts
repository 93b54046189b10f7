import { checkDataset, type Dataset } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';

import { concatDatasets, selectSamples, takePerClass } from './select-samples.ts';

const code = (name: string) => expect.objectContaining({ code: name });

/** Samples [i, i + 100] with labels 2, 1, 0, 2, 1, 0, ... and groups i >> 1. */
function sample(length: number, overrides: Partial<Dataset> = {}): Dataset {
  return {
    name: 'sample',
    shape: [2],
    classes: 3,
    length,
    inputs: Uint8Array.from({ length: 2 * length }, (_, k) => (k >> 1) + 100 * (k & 1)),
    labels: Int32Array.from({ length }, (_, i) => 2 - (i % 3)),
    groups: Int32Array.from({ length }, (_, i) => i >> 1),
    source: 'by hand',
    licence: 'CC0-1.0',
    ...overrides,
  };
}

describe('selectSamples', () => {
  it('copies samples, labels and groups in order', () => {
    const original = sample(6);
    const picked = checkDataset(selectSamples(original, [5, 0, 5]));
    expect([...picked.inputs]).toEqual([5, 105, 0, 100, 5, 105]);
    expect([...picked.labels]).toEqual([0, 2, 0]);
    expect([...picked.groups!]).toEqual([2, 0, 2]);
    picked.inputs.fill(0);
    expect(original.inputs[10]).toBe(5);
  });

  it('keeps the storage type', () => {
    const floats = sample(3, { inputs: Float32Array.of(0, 1, 2, 3, 4, 5) });
    expect(selectSamples(floats, [2]).inputs).toEqual(Float32Array.of(4, 5));
  });

  it.each([-1, 6, 0.5])('refuses the index %s', (index) => {
    expect(() => selectSamples(sample(6), [index])).toThrow(code('invalid-argument'));
  });
});

describe('takePerClass', () => {
  it('takes the first of each class, sorted by class', () => {
    const taken = takePerClass(sample(12), 2);
    expect([...taken.labels]).toEqual([0, 0, 1, 1, 2, 2]);
    expect([...taken.inputs].filter((_, k) => k % 2 === 0)).toEqual([2, 5, 1, 4, 0, 3]);
  });

  it('refuses more than there are, and says how many there are', () => {
    expect(() => takePerClass(sample(11), 4)).toThrow(/Class 0 .* only 3 samples.*at most 3/);
    expect(() => takePerClass(sample(6), 0)).toThrow(code('invalid-argument'));
  });
});

describe('concatDatasets', () => {
  it('joins what selecting took apart', () => {
    const original = sample(7);
    const joined = concatDatasets([
      selectSamples(original, [0, 1, 2]),
      selectSamples(original, [3, 4, 5, 6]),
    ]);
    expect(checkDataset(joined)).toEqual(original);
  });

  it('drops groups that not all parts have', () => {
    const { groups: _, ...plain } = sample(3);
    expect(concatDatasets([sample(3), plain]).groups).toBeUndefined();
    expect(concatDatasets([plain, sample(3)]).groups).toBeUndefined();
  });

  it.each([
    ['shape', sample(3, { shape: [1, 2] })],
    ['classes', sample(3, { classes: 4 })],
    ['storage type', sample(3, { inputs: new Float32Array(6) })],
    ['normalisation', sample(3, { normalise: { divisor: 2, mean: 0, std: 1 } })],
  ])('refuses another %s', (_, other) => {
    expect(() => concatDatasets([sample(3), other])).toThrow(code('shape-mismatch'));
  });

  it('refuses nothing', () => {
    expect(() => concatDatasets([])).toThrow(code('invalid-argument'));
  });
});
