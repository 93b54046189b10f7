import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float32Text } from './float32-text.ts';

describe('a float32 as text', () => {
  it.each([
    [Math.fround(0.1), '0.1'],
    [-2, '-2'],
    [0, '0'],
    [-0, '-0'],
    [Math.fround(1 / 3), '0.33333334'],
    [16777216, '16777216'],
    [2 ** -149, '1.40129846e-45'],
    [Math.fround(3.4028234663852886e38), '3.40282347e+38'],
  ])('%s', (value, text) => {
    expect(float32Text(value)).toBe(text);
  });

  it('gives every bit back, in 9 digits at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (bits) => {
        const value = new Float32Array(Uint32Array.of(bits).buffer)[0];
        if (!Number.isFinite(value)) return;
        const text = float32Text(value);
        expect(Math.fround(Number(text))).toBe(value);
        expect(JSON.parse(text)).toBe(Number(text));
        const digits = text.replace(/e.*/, '').replaceAll(/\D/g, '').replace(/^0+/, '');
        expect(digits.replace(/0+$/, '').length).toBeLessThanOrEqual(9);
      }),
      { seed: 1, numRuns: 5000 },
    );
  });
});
