import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { highWord, lowWord } from './float64-words.ts';
import { fusedMultiplyAdd } from './fused-multiply-add.ts';

/** A float64 as integer * 2^exponent. */
function decompose(value: number): [bigint, number] {
  const high = highWord(value);
  const biased = (high >>> 20) & 0x7ff;
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(lowWord(value) >>> 0);
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  return [high < 0 ? -mantissa : mantissa, Math.max(1, biased) - 1075];
}

/** The plain version: exact integer arithmetic, then one rounding to nearest, ties to even. */
function exactFusedMultiplyAdd(a: number, b: number, c: number): number {
  const [[ma, ea], [mb, eb], [mc, ec]] = [a, b, c].map(decompose);
  const exponent = Math.min(ea + eb, ec);
  const sum = ((ma * mb) << BigInt(ea + eb - exponent)) + (mc << BigInt(ec - exponent));
  const size = sum < 0n ? -sum : sum;
  const excess = size.toString(2).length - 53;
  if (excess <= 0) return Number(sum) * 2 ** exponent;
  const half = 1n << BigInt(excess - 1);
  let rounded = size >> BigInt(excess);
  const rest = size & ((1n << BigInt(excess)) - 1n);
  if (rest > half || (rest === half && rounded & 1n)) rounded += 1n;
  return Number(rounded) * 2 ** (exponent + excess) * (sum < 0n ? -1 : 1);
}

describe('fusedMultiplyAdd', () => {
  const mantissa = fc.double({ min: 1, max: 2, noNaN: true });
  const exponent = fc.integer({ min: -60, max: 60 });
  const number = fc.tuple(mantissa, exponent, fc.boolean()).map(([m, e, minus]) => (minus ? -m : m) * 2 ** e);

  it('rounds once, as exact arithmetic shows', () => {
    fc.assert(
      fc.property(number, number, number, (a, b, c) => {
        expect(fusedMultiplyAdd(a, b, c)).toBe(exactFusedMultiplyAdd(a, b, c));
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  it('is exact under cancellation and at ties, where two roundings differ', () => {
    const near = fc.tuple(number, number, fc.integer({ min: -4, max: 4 }));
    fc.assert(
      fc.property(near, ([a, b, steps]) => {
        const c = -a * b * (1 + steps * 2 ** -52);
        expect(fusedMultiplyAdd(a, b, c) + 0).toBe(exactFusedMultiplyAdd(a, b, c) + 0);
      }),
      { seed: 2, numRuns: 3000 },
    );
    const [a, b, c] = [1 + 2 ** -27, 1 + 2 ** -27, 2 ** -108];
    expect(fusedMultiplyAdd(a, b, c)).toBe(exactFusedMultiplyAdd(a, b, c));
    expect(fusedMultiplyAdd(a, b, -c)).toBe(exactFusedMultiplyAdd(a, b, -c));
    expect(fusedMultiplyAdd(1 + 2 ** -30, 1 + 2 ** -23, 2 ** -54 + 2 ** -100)).toBe(
      exactFusedMultiplyAdd(1 + 2 ** -30, 1 + 2 ** -23, 2 ** -54 + 2 ** -100),
    );
  });
});
