import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../random/rng.ts';

fc.configureGlobal({ seed: 1 });
import { ExactSum } from './exact-sum.ts';

/** All test values are whole multiples of 2^-450 and below 2^400. */
const UNIT = 2 ** -450;

/** The sum of doubles, exact as a big integer, rounded once (Number(bigint) rounds to the nearest, ties to even). */
function exactSum(values: readonly number[]): number {
  const total = values.reduce((sum, value) => sum + toBigInt(value), 0n);
  return Number(total) * UNIT;
}

function toBigInt(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & 0xfffffffffffffn) | (exponent === 0 ? 0n : 1n << 52n);
  const shift = BigInt(Math.max(exponent, 1) - 1075 + 450);
  const magnitude = shift >= 0n ? mantissa << shift : mantissa >> -shift;
  return value < 0 ? -magnitude : magnitude;
}

/** Doubles over 300 orders of magnitude in base 2, with a bias to ties and cancellation. */
const double = fc
  .tuple(fc.double({ min: -2, max: 2, noNaN: true }), fc.integer({ min: -150, max: 150 }))
  .map(([mantissa, exponent]) => (Math.abs(mantissa) < 2 ** -100 ? 0 : mantissa) * 2 ** exponent);
const tie = fc.integer({ min: 0, max: 120 }).map((exponent) => 2 ** -exponent);
const addends = fc.array(fc.oneof(double, tie), { maxLength: 30 });

function sumOf(values: readonly number[]): ExactSum {
  const sum = new ExactSum(1);
  for (const value of values) sum.add([value]);
  return sum;
}

describe('ExactSum', () => {
  it('is the exact sum, rounded once', () => {
    fc.assert(
      fc.property(addends, (values) => {
        expect(sumOf(values).value()[0]).toBe(exactSum(values) + 0);
      }),
      { numRuns: 500 },
    );
  });

  it('rounds ties to even, and sees what breaks them', () => {
    const ulp = 2 ** -52;
    expect(sumOf([1, ulp / 2]).value()[0]).toBe(1);
    expect(sumOf([1, ulp / 2, 2 ** -300]).value()[0]).toBe(1 + ulp);
    expect(sumOf([1 + ulp, ulp / 2]).value()[0]).toBe(1 + 2 * ulp);
    expect(sumOf([1 + ulp, ulp / 2, -(2 ** -300)]).value()[0]).toBe(1 + ulp);
    expect(sumOf([-1, -ulp / 2, -(2 ** -300)]).value()[0]).toBe(-1 - ulp);
    expect(sumOf([1, -ulp / 4, -(2 ** -300)]).value()[0]).toBe(1 - ulp / 2);
  });

  it('gives the same bits in any order and any grouping', () => {
    fc.assert(
      fc.property(addends, fc.integer(), (values, seed) => {
        const rng = createRng(seed);
        const expected = sumOf(values).value()[0];
        const groups = [new ExactSum(1), new ExactSum(1), new ExactSum(1)];
        for (const value of rng.shuffle(values.slice())) groups[rng.integer(3)].add([value]);
        const [a, b, c] = groups;
        c.merge(a);
        c.merge(b);
        expect(c.value()[0]).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('adds vectors entry by entry, with weights', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.array(double, { minLength: 3, maxLength: 3 }),
            fc.double({ min: 0, max: 1000, noNaN: true }),
          ),
          {
            maxLength: 10,
          },
        ),
        (rows) => {
          const sum = new ExactSum(3);
          for (const [row, weight] of rows) sum.add(row, Math.round(weight));
          for (const [entry, value] of sum.value().entries()) {
            expect(value).toBe(exactSum(rows.map(([row, weight]) => row[entry] * Math.round(weight))) + 0);
          }
        },
      ),
    );
  });

  it('adds many equal numbers exactly', () => {
    const sum = new ExactSum(1);
    for (let i = 0; i < 100_000; i++) sum.add([0.1]);
    const expected = toBigInt(0.1) * 100_000n;
    expect(sum.value()[0]).toBe(Number(expected) * UNIT);
  });

  it('reaches to the ends of its range', () => {
    expect(sumOf([2 ** 600, 1, -(2 ** 600)]).value()[0]).toBe(1);
    expect(sumOf([2 ** -600, 2 ** -601, -(2 ** -600)]).value()[0]).toBe(0);
    expect(sumOf([2 ** -600, 2 ** 600]).value()[0]).toBe(2 ** 600);
    expect(sumOf([]).value()).toEqual(Float64Array.of(0));
    expect(Object.is(sumOf([-0]).value()[0], 0)).toBe(true);
  });

  it('refuses what it cannot add, and stays as it was', () => {
    const sum = new ExactSum(2);
    sum.add([1, 2]);
    for (const bad of [
      [1, NaN],
      [Infinity, 0],
      [2 ** 601, 0],
    ]) {
      expect(() => sum.add(bad)).toThrowError(expect.objectContaining({ code: 'not-finite' }));
    }
    expect(() => sum.add([1, 1], NaN)).toThrowError(expect.objectContaining({ code: 'not-finite' }));
    expect(() => sum.add([1])).toThrowError(expect.objectContaining({ code: 'shape-mismatch' }));
    expect(() => sum.merge(new ExactSum(3))).toThrowError(
      expect.objectContaining({ code: 'shape-mismatch' }),
    );
    expect(sum.value()).toEqual(Float64Array.of(1, 2));
  });

  it('leaves the merged sum as it is', () => {
    const [a, b] = [sumOf([1e10, 1e-10]), sumOf([2])];
    a.merge(b);
    a.add([5]);
    expect(b.value()[0]).toBe(2);
  });
});
