import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halfBits, halfValue } from './half.ts';

const all = Array.from({ length: 0x10000 }, (_, half) => half);

/** IEEE 754-2019, 3.4: (-1)^S x 2^(E - 15) x (1 + T / 2^10), and without the hidden bit where E = 0. */
function defined(half: number): number {
  const [sign, exponent, fraction] = [half >> 15, (half >> 10) & 31, half & 1023];
  if (exponent === 31) return fraction === 0 ? (-1) ** sign * Infinity : NaN;
  return (-1) ** sign * 2 ** (Math.max(exponent, 1) - 15) * ((exponent === 0 ? 0 : 1) + fraction / 1024);
}

describe('halves', () => {
  it('have the values of the standard, all 65,536', () => {
    expect(all.filter((half) => !Object.is(halfValue(half), defined(half)))).toEqual([]);
  });

  it('are what their values round to, all but NaN to the bit', () => {
    const wrong = all.filter((half) => !Number.isNaN(defined(half)) && halfBits(defined(half)) !== half);
    expect(wrong).toEqual([]);
    for (const half of all) if (Number.isNaN(defined(half))) expect(halfValue(halfBits(NaN))).toBeNaN();
  });

  it('are the nearest, and even half-way between two: at, below and above each middle', () => {
    const float = new Float32Array(1);
    const word = new Int32Array(float.buffer);
    const wrong: number[] = [];
    for (let half = 0; half < 0x7c00; half++) {
      // Behind the largest half lies 2^16, which is infinity.
      const middle = (defined(half) + (half === 0x7bff ? 65536 : defined(half + 1))) / 2;
      float[0] = middle;
      expect(float[0]).toBe(middle); // a float32
      const even = half % 2 === 0 ? half : half + 1;
      word[0]--;
      const below = float[0];
      word[0] += 2;
      const above = float[0];
      for (const sign of [0, 0x8000]) {
        const by = sign === 0 ? 1 : -1;
        if (halfBits(by * middle) !== (sign | even)) wrong.push(middle);
        if (halfBits(by * below) !== (sign | half)) wrong.push(below);
        if (halfBits(by * above) !== (sign | (half + 1))) wrong.push(above);
      }
    }
    expect(wrong).toEqual([]);
  });

  it.skipIf(typeof Float16Array === 'undefined')(
    'are those of Float16Array (skipped where the engine has none)',
    () => {
      const halves = new Float16Array(1);
      const word = new Uint16Array(halves.buffer);
      fc.assert(
        fc.property(fc.float({ noNaN: true }), (value) => {
          halves[0] = value;
          expect(halfBits(value)).toBe(word[0]);
        }),
        { seed: 1, numRuns: 5000 },
      );
    },
  );
});
