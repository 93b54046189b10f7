import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { galoisField } from './galois-field.ts';

describe.each([1, 2, 3, 5, 7, 9])('GF(2^%i)', (degree) => {
  const field = galoisField(degree);
  const { size, multiply, trace } = field;
  const element = fc.nat(size - 1);

  test('is a field', () => {
    fc.assert(
      fc.property(element, element, element, (a, b, c) => {
        expect(multiply(a, b)).toBe(multiply(b, a));
        expect(multiply(a, multiply(b, c))).toBe(multiply(multiply(a, b), c));
        expect(multiply(a, b ^ c)).toBe(multiply(a, b) ^ multiply(a, c));
        expect(multiply(a, 1)).toBe(a);
        expect(multiply(a, 0)).toBe(0);
      }),
      { seed: 1 },
    );
    for (let a = 1; a < size; a++) {
      const row = Array.from({ length: size }, (_, b) => multiply(a, b));
      expect(new Set(row).size).toBe(size); // so a has an inverse
    }
  });

  test('the trace is linear, the same for conjugates, and 1 for half of the field', () => {
    fc.assert(
      fc.property(element, element, (a, b) => {
        expect(trace(a ^ b)).toBe(trace(a) ^ trace(b));
        expect(trace(multiply(a, a))).toBe(trace(a));
      }),
      { seed: 2 },
    );
    const ones = Array.from({ length: size }, (_, a) => trace(a)).filter((t) => t === 1);
    expect(ones.length).toBe(size / 2);
    expect(trace(1)).toBe(degree % 2);
  });
});
