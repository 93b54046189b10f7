import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createRng } from '../random/rng.ts';
import { checkDataset, shareDataset, sliceDataset, type Dataset } from './dataset.ts';

/** `length` samples of two bytes [i, 255 - i] with labels i mod 3. */
function bytes(length: number, overrides: Partial<Dataset> = {}): Dataset {
  return {
    name: 'bytes',
    shape: [2],
    classes: 3,
    length,
    inputs: Uint8Array.from({ length: 2 * length }, (_, k) => (k % 2 ? 255 - (k >> 1) : k >> 1)),
    labels: Int32Array.from({ length }, (_, i) => i % 3),
    normalise: { divisor: 255, mean: 0.5, std: 0.5 },
    source: 'by hand',
    licence: 'CC0-1.0',
    ...overrides,
  };
}
const code = (name: string) => expect.objectContaining({ code: name });
const range = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

const batchesOf = (dataset: Dataset, batchSize: number) =>
  Array.from(sliceDataset(dataset, range(dataset.length)).batches({ batchSize }));
const order = (batches: Iterable<{ indices: Int32Array }>) =>
  Array.from(batches).flatMap(({ indices }) => Array.from(indices));

describe('sliceDataset', () => {
  it('normalises bytes in float32 steps, as torch does', () => {
    const dataset = bytes(256);
    const [batch] = sliceDataset(dataset, range(256)).batches({ batchSize: 256 });
    // torch: torch.tensor([0,1,51,128,254,255],dtype=torch.uint8).float().div(255).sub_(.5).div_(.5)
    const expected = [
      -1, -0.9921568632125854, -0.6000000238418579, 0.003921627998352051, 0.9921568632125854, 1,
    ];
    expect([0, 1, 51, 128, 254, 255].map((v) => batch.inputs[2 * v])).toEqual(expected);
  });

  it('treats float inputs exactly like bytes of the same value', () => {
    const asBytes = bytes(100, { normalise: { divisor: 255, mean: 0.4914, std: 0.2023 } });
    const asFloats = { ...asBytes, inputs: Float32Array.from(asBytes.inputs) };
    expect(batchesOf(asFloats, 7)).toEqual(batchesOf(asBytes, 7));
  });

  it('gives stored values when there is no normalisation', () => {
    const { normalise: _, ...plain } = bytes(3);
    const [batch] = sliceDataset(plain, Int32Array.of(2)).batches({ batchSize: 1 });
    expect([...batch.inputs]).toEqual([2, 253]);
  });

  it('yields every index once, in order, in batches of the given size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        (n, size, dropLast) => {
          const indices = createRng(n).shuffle(range(n));
          const batches = [...sliceDataset(bytes(60), indices).batches({ batchSize: size, dropLast })];
          const used = dropLast ? n - (n % size) : n;
          expect(batches.flatMap((b) => [...b.indices])).toEqual([...indices.subarray(0, used)]);
          expect(batches.slice(0, -1).every((b) => b.size === size)).toBe(true);
          for (const b of batches) {
            expect(b.inputs.length).toBe(2 * b.size);
            expect([...b.labels]).toEqual([...b.indices].map((i) => i % 3));
          }
        },
      ),
      { seed: 1 },
    );
  });

  it('shuffles into a permutation that depends on the stream alone, a new one at each iteration', () => {
    const slice = sliceDataset(bytes(50), range(50));
    const batches = slice.batches({ batchSize: 8, shuffle: createRng(3).split('shuffle') });
    const first = order(batches);
    expect([...first].sort((a, b) => a - b)).toEqual([...range(50)]);
    expect(first).not.toEqual([...range(50)]);
    expect(order(batches)).not.toEqual(first);
    expect(order(slice.batches({ batchSize: 5, shuffle: createRng(3).split('shuffle') }))).toEqual(first);
    expect([...slice.indices]).toEqual([...range(50)]);
  });

  it('counts classes, also of an empty slice', () => {
    expect([...sliceDataset(bytes(10), Int32Array.of(0, 3, 4, 9)).classCounts()]).toEqual([3, 1, 0]);
    const empty = sliceDataset(bytes(10), new Int32Array(0));
    expect([...empty.classCounts()]).toEqual([0, 0, 0]);
    expect([...empty.batches({ batchSize: 4 })]).toEqual([]);
  });

  it('copies batches out of the data, so that writing to them is harmless', () => {
    const slice = sliceDataset(bytes(4), range(4));
    for (const batch of slice.batches({ batchSize: 2 })) {
      batch.inputs.fill(9);
      batch.indices.fill(0);
    }
    expect([...slice.indices]).toEqual([0, 1, 2, 3]);
    expect([...slice.batches({ batchSize: 1 })][0].inputs[0]).toBe(-1);
  });

  it('gives the same batches on reused arrays, also in passes within each other and behind ones that were left', () => {
    const slice = sliceDataset(bytes(20), range(20));
    const numbers = (batches: Iterable<{ readonly inputs: Float32Array }>) =>
      Array.from(batches, ({ inputs }) => [...inputs]);
    const reuse = true;
    const small = numbers(slice.batches({ batchSize: 3 }));
    for (const { inputs, size } of slice.batches({ batchSize: 8, reuse })) {
      const before = [...inputs];
      for (const { inputs: half } of slice.batches({ batchSize: 4, reuse })) {
        expect(half[0]).toBe(-1);
        break;
      }
      expect(numbers(slice.batches({ batchSize: 3, reuse }))).toEqual(small);
      expect([...inputs]).toEqual(before);
      expect(inputs.length).toBe(2 * size);
    }
  });

  it('overwrites reused inputs by the next batch, and others never', () => {
    const slice = sliceDataset(bytes(20), range(20));
    const distinct = (reuse: boolean) =>
      new Set(Array.from(slice.batches({ batchSize: 5, reuse }), ({ inputs }) => inputs.buffer)).size;
    expect(distinct(true)).toBe(1);
    expect(distinct(false)).toBe(4);
  });

  it('refuses indices outside of the data and batch sizes below 1', () => {
    expect(() => sliceDataset(bytes(4), Int32Array.of(0, 4))).toThrow(code('invalid-argument'));
    expect(() => sliceDataset(bytes(4), Int32Array.of(-1))).toThrow(code('invalid-argument'));
    for (const batchSize of [0, -1, 1.5, Number.NaN]) {
      expect(() => sliceDataset(bytes(4), range(4)).batches({ batchSize })).toThrow(code('invalid-argument'));
    }
  });
});

describe('shareDataset', () => {
  it('keeps every value and moves all arrays to shared memory', () => {
    const original = bytes(6, { groups: Int32Array.of(0, 0, 1, 1, 2, 2) });
    const shared = shareDataset(original);
    expect(
      [shared.inputs, shared.labels, shared.groups!].every((a) => a.buffer instanceof SharedArrayBuffer),
    ).toBe(true);
    expect(batchesOf(shared, 4)).toEqual(batchesOf(original, 4));
    expect([...shared.groups!]).toEqual([...original.groups!]);
    const floats = shareDataset({ ...original, inputs: Float32Array.from(original.inputs) });
    expect(floats.inputs).toEqual(Float32Array.from(original.inputs));
  });
});

describe('checkDataset', () => {
  it('returns a well-formed data set', () => {
    const dataset = bytes(5);
    expect(checkDataset(dataset)).toBe(dataset);
  });

  it.each([
    ['shape-mismatch', { shape: [] }],
    ['shape-mismatch', { shape: [0] }],
    ['shape-mismatch', { shape: [3] }],
    ['shape-mismatch', { length: 6 }],
    ['shape-mismatch', { classNames: ['a'] }],
    ['shape-mismatch', { groups: Int32Array.of(1) }],
    ['unknown-class', { labels: Int32Array.of(0, 1, 2, 3, 0) }],
    ['unknown-class', { labels: Int32Array.of(0, -1, 2, 1, 0) }],
    ['invalid-argument', { classes: 0 }],
    ['invalid-argument', { normalise: { divisor: 0, mean: 0, std: 1 } }],
    ['invalid-argument', { normalise: { divisor: 1, mean: Number.NaN, std: 1 } }],
    ['not-finite', { inputs: Float32Array.of(0, 1, 2, Number.NaN, 4, 5, 6, 7, 8, 9) }],
  ] as const)('refuses with %s: %o', (name, overrides) => {
    expect(() => checkDataset(bytes(5, overrides as Partial<Dataset>))).toThrow(code(name));
  });
});
