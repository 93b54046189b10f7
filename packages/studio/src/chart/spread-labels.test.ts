import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spreadLabels } from './spread-labels.ts';

const range = { gap: 15, from: 0, to: 200 };
const some = fc.array(fc.double({ min: -20, max: 220, noNaN: true }), { maxLength: 13 });

describe('spreadLabels', () => {
  it('keeps the gap, the range and the order', () => {
    fc.assert(
      fc.property(some, (wanted) => {
        const places = spreadLabels(wanted, range);
        const sorted = places.toSorted((a, b) => a - b);
        sorted.slice(1).forEach((place, i) => expect(place - sorted[i]).toBeGreaterThan(range.gap - 1e-6));
        for (const place of places) {
          expect(place).toBeGreaterThan(range.from - 1e-6);
          expect(place).toBeLessThan(range.to + 1e-6);
        }
        wanted.forEach((a, i) =>
          wanted.forEach((b, j) => a < b && expect(places[i]).toBeLessThan(places[j])),
        );
      }),
      { seed: 1 },
    );
  });

  it('leaves labels where they are when none touches another', () => {
    expect(spreadLabels([100, 20, 60], range)).toEqual([100, 20, 60]);
  });

  it('centres a group on what its members want', () => {
    expect(spreadLabels([100, 100], range)).toEqual([92.5, 107.5]);
  });

  it('goes on downward when there is no room for all', () => {
    expect(spreadLabels([1, 1, 1], { gap: 10, from: 0, to: 15 })).toEqual([0, 10, 20]);
  });
});
