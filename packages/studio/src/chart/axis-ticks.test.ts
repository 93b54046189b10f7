import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integerTicks, logTicks, roundStep } from './axis-ticks.ts';
import { thinOut } from './thin-out.ts';

describe('ticks', () => {
  it('are few whole numbers inside of the range, evenly spaced', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 500 }),
        fc.nat(5000),
        fc.integer({ min: 2, max: 9 }),
        (from, length, count) => {
          const ticks = integerTicks(from, from + length, count);
          expect(ticks.length).toBeLessThanOrEqual(count);
          expect(ticks.every((tick) => Number.isInteger(tick) && tick >= from && tick <= from + length)).toBe(
            true,
          );
          expect(new Set(ticks.slice(1).map((tick, i) => tick - ticks[i])).size).toBeLessThanOrEqual(1);
        },
      ),
      { seed: 1 },
    );
    expect(integerTicks(0, 40, 9)).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40]);
    expect(integerTicks(0, 1, 9)).toEqual([0, 1]);
  });

  it('of logarithmic axes are round', () => {
    expect(logTicks(1e4, 1e8)).toEqual([1e4, 1e5, 1e6, 1e7, 1e8]);
    expect(logTicks(0.7, 50)).toEqual([1, 3, 10, 30]);
    expect(logTicks(1.5, 12)).toEqual([2, 5, 10]);
  });

  it('have steps of 1, 2 or 5', () => {
    expect([0.03, 0.05, 0.2, 7, 11, 0, NaN].map(roundStep)).toEqual([0.05, 0.05, 0.2, 10, 20, 1, 1]);
  });
});

describe('thinOut', () => {
  it('keeps first and last, the order, and no more than asked for', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.integer({ min: 2, max: 80 }), (length, most) => {
        const values = Array.from({ length }, (_, i) => i);
        const few = thinOut(values, most);
        expect(few.length).toBe(Math.min(length, most));
        expect([few[0], few.at(-1)]).toEqual([values[0], values.at(-1)]);
        expect(few.slice(1).every((value, i) => value > few[i])).toBe(true);
      }),
      { seed: 1 },
    );
    expect(thinOut([1, 2, 3], 1)).toEqual([3]);
  });
});
