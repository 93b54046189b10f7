import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePositions, encodePositions, keepLargest, keptPositions } from './kept-coordinates.ts';
import { keptCount } from './prototype-encoding.ts';

describe('keptCount', () => {
  it.each([
    [512, 1, 512],
    [512, 0.1, 52],
    [100, 0.07, 7], // 0.07 * 100 > 7 in floating point
    [10, 0.3, 3], // 0.3 * 10 = 3
    [3, 0.5, 2],
    [3, 1e-9, 1],
    [1, 0.5, 1],
    [0, 0.5, 0],
  ])('of %i at %d is %i', (dim, keep, count) => {
    expect(keptCount(dim, keep)).toBe(count);
  });
});

describe('keepLargest', () => {
  it('keeps the largest magnitudes, and of equal ones the first', () => {
    const row = Float32Array.of(1, -3, 2, -2, 0.5, 2);
    expect(keepLargest(row, 1)).toEqual(Float32Array.of(0, -3, 0, 0, 0, 0));
    expect(keepLargest(row, 2)).toEqual(Float32Array.of(0, -3, 2, 0, 0, 0));
    expect(keepLargest(row, 3)).toEqual(Float32Array.of(0, -3, 2, -2, 0, 0));
    expect(keepLargest(row, 5)).toEqual(Float32Array.of(1, -3, 2, -2, 0, 2));
    expect(keepLargest(row, 6)).toEqual(row);
  });

  it('is what sorting by magnitude and then by position gives', () => {
    const few = fc.constantFrom(-2, -1, -0, 0, 1, 2, 1e-45);
    fc.assert(
      fc.property(fc.array(few, { minLength: 1, maxLength: 20 }), fc.nat(), (values, n) => {
        const count = 1 + (n % values.length);
        const order = values
          .map((_, i) => i)
          .sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]) || a - b);
        const chosen = new Set(order.slice(0, count));
        expect(keepLargest(Float32Array.from(values), count)).toEqual(
          Float32Array.from(values, (value, i) => (chosen.has(i) ? value : 0)),
        );
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('positions', () => {
  it('are those of what is not 0, and the first zeros', () => {
    expect([...keptPositions(Float32Array.of(0, 0, 5, 0, -1), 2)]).toEqual([2, 4]);
    expect([...keptPositions(Float32Array.of(0, 0, 5, -0, -1), 4)]).toEqual([0, 1, 2, 4]);
  });

  it('have the bytes of their documentation', () => {
    // 6 bits in a byte each, or 2 x 2 gaps: the bitmap.
    expect([...encodePositions([Uint32Array.of(1, 2), Uint32Array.of(0, 5)], 6)]).toEqual([
      0, 0b110, 0b100001,
    ]);
    // 38 bytes of bits, or the gaps 1 and 298 - 1 - 1 = 296 = 40 + 2 * 128.
    expect([...encodePositions([Uint32Array.of(1, 298)], 300)]).toEqual([1, 1, 128 | 40, 2]);
  });

  it('come back, and cost at most a bit for each coordinate and a byte', () => {
    const positions = fc.integer({ min: 1, max: 700 }).chain((dim) =>
      fc.integer({ min: 1, max: dim }).chain((count) => {
        const row = fc
          .subarray([...Array(dim).keys()], { minLength: count, maxLength: count })
          .map((chosen) => Uint32Array.from(chosen));
        return fc.record({
          dim: fc.constant(dim),
          count: fc.constant(count),
          rows: fc.array(row, { maxLength: 4 }),
        });
      }),
    );
    fc.assert(
      fc.property(positions, ({ dim, count, rows }) => {
        const bytes = encodePositions(rows, dim);
        expect(bytes.length).toBeLessThanOrEqual(1 + rows.length * Math.ceil(dim / 8));
        expect(decodePositions(bytes, { rows: rows.length, dim, count })).toEqual(rows);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it.each<[string, number[]]>([
    ['nothing', []],
    ['an unknown form', [2, 0b11]],
    ['a bitmap with too many', [0, 0b111]],
    ['a bitmap with too few', [0, 0b1]],
    ['a bitmap with one behind the end', [0, 0b1000001]],
    ['a bitmap of two rows', [0, 0b11, 0b11]],
    ['one gap', [1, 0]],
    ['three gaps', [1, 0, 0, 0]],
    ['a gap behind the end', [1, 0, 5]],
    ['a gap that does not end', [1, 0, 128]],
    ['a gap that is long without end', [1, 255, 255, 255, 255, 255, 255, 255, 255]],
  ])('are refused as bytes of %s', (_, bytes) => {
    expect(decodePositions(Uint8Array.from(bytes), { rows: 1, dim: 6, count: 2 })).toBeUndefined();
  });
});
