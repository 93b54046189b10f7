import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytes,
  compact,
  decimal,
  duration,
  integer,
  list,
  MISSING,
  percent,
  plural,
  points,
  shorten,
} from './format.ts';

describe('format', () => {
  it('writes numbers for people', () => {
    expect(percent(0.9714)).toBe('97.1%');
    expect(percent(0.9714, 0)).toBe('97%');
    expect(points(-0.0831)).toBe('−8.3 points');
    expect(points(-0.0001)).toBe('0.0 points');
    expect(integer(1234567)).toBe('1,234,567');
    expect(integer(-1234)).toBe('−1,234');
    expect(integer(999)).toBe('999');
    expect(decimal(-1 / 9, 3)).toBe('−0.111');
    expect(compact(0.000123456)).toBe('0.0001235');
    expect(compact(80)).toBe('80');
  });

  it('writes bytes with three digits', () => {
    expect([0, 999, 1000, 7509, 153_640, 999_499, 999_500, 3_514_152, 12e12].map(bytes)).toEqual([
      '0 B', '999 B', '1.00 kB', '7.51 kB', '154 kB', '999 kB', '1.00 MB', '3.51 MB', '12.0 TB',
    ]); // prettier-ignore
  });

  it('writes durations', () => {
    expect([0.04, 8.26, 59.94, 59.96, 72, 3599.6, 7500].map(duration)).toEqual([
      '0.0 s', '8.3 s', '59.9 s', '1 min 0 s', '1 min 12 s', '1 h 0 min', '2 h 5 min',
    ]); // prettier-ignore
  });

  it('marks what is no number, instead of writing NaN', () => {
    for (const write of [
      percent,
      integer,
      bytes,
      compact,
      duration,
      (value: number | null) => decimal(value, 2),
    ]) {
      expect([write(NaN), write(Infinity), write(null)]).toEqual([MISSING, MISSING, MISSING]);
    }
  });

  it('groups digits by three', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (value) => {
        const text = integer(value);
        expect(Number(text.replaceAll(',', '').replace('−', '-'))).toBe(value);
        expect(text).toMatch(/^−?\d{1,3}(,\d{3})*$/);
      }),
      { seed: 1 },
    );
  });

  it('makes words', () => {
    expect([list([]), list(['a']), list(['a', 'b']), list(['a', 'b', 'c'])]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
    expect([plural(1, 'run'), plural(2, 'run'), plural(0, 'class', 'classes')]).toEqual([
      '1 run',
      '2 runs',
      '0 classes',
    ]);
    expect([shorten('abc', 3), shorten('abcd', 3), shorten('😀😀😀', 2)]).toEqual(['abc', 'ab…', '😀…']);
  });
});
