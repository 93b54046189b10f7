import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thinTicks } from './thin-ticks.ts';

describe('thinTicks', () => {
  it('keeps what has room, by hand', () => {
    const sizes = { place: (tick: number) => 10 * tick, width: () => 20 };
    expect(thinTicks([0, 1, 2, 3, 5], sizes)).toEqual([0, 2, 5]);
    expect(thinTicks([], sizes)).toEqual([]);
  });

  it('keeps the first, lets no texts touch, and leaves out only what would touch the one before', () => {
    const width = (tick: number): number => 5 + (tick % 7);
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(300)), (numbers) => {
        const ticks = numbers.sort((a, b) => a - b);
        const kept = thinTicks(ticks, { place: (tick) => tick, width });
        expect(kept[0]).toBe(ticks[0]);
        const apart = (a: number, b: number): boolean => b - a >= (width(a) + width(b)) / 2;
        kept.slice(1).forEach((tick, i) => expect(apart(kept[i], tick)).toBe(true));
        for (const tick of ticks) {
          if (kept.includes(tick)) continue;
          expect(
            apart(
              kept.findLast((other) => other < tick)!,
              tick,
            ),
          ).toBe(false);
        }
      }),
      { seed: 1 },
    );
  });
});
