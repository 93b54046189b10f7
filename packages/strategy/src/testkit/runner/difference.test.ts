import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyOf, differenceOf } from './difference.ts';

describe('differenceOf', () => {
  it.each<[unknown, unknown, string]>([
    [1, 2, 'value: 1 and 2'],
    [0, -0, 'value: 0 and -0'],
    [null, {}, 'value: null and Object'],
    [{ a: [1, 2] }, { a: [1, 3] }, 'value.a[1]: 2 and 3'],
    [{ a: 1 }, { a: 1, b: undefined }, 'value.b: only in the second'],
    [new Map([['x', Float32Array.of(1)]]), new Map([['x', Float32Array.of(2)]]), 'value.x[0]: 1 and 2'],
    [Float32Array.of(1), Float64Array.of(1), 'value: Float32Array of 1 and Float64Array of 1'],
    [Float32Array.of(1), Float32Array.of(1, 2), 'value.length: 1 and 2'],
    [new Date(0), new Date(0), 'value: two different objects of Date'],
    [[1], { 0: 1 }, 'value: Array and Object'],
  ])('of %o and %o is %s', (a, b, expected) => {
    expect(differenceOf(a, b)).toBe(expected);
  });

  it('finds none in a copy, and takes NaN for NaN and keys in any order', () => {
    expect(differenceOf({ a: 1, b: NaN }, { b: NaN, a: 1 })).toBeUndefined();
    fc.assert(
      fc.property(fc.anything({ withTypedArray: true, withNullPrototype: true }), (value) => {
        expect(differenceOf(value, copyOf(value))).toBeUndefined();
      }),
      { seed: 8 },
    );
  });
});

describe('copyOf', () => {
  it('shares no array with what it copies, and keeps what is no data', () => {
    const date = new Date(0);
    const value = { list: [Float32Array.of(1, 2)], map: new Map([['a', [1]]]), date, next: differenceOf };
    const copy = copyOf(value);
    expect(copy).toEqual(value);
    copy.list[0][0] = 5;
    copy.map.get('a')!.push(2);
    expect(value.list[0][0]).toBe(1);
    expect(value.map.get('a')).toEqual([1]);
    expect(copy.date).toBe(date);
  });

  it('of a view has the values that the view shows', () => {
    expect(copyOf(new Float32Array(4).fill(3).subarray(1, 3))).toEqual(Float32Array.of(3, 3));
  });
});
