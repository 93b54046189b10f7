import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairedDifference, sampleStatistics } from './sample-statistics.ts';

const sample = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 20 });

describe('sampleStatistics', () => {
  it('agrees with numbers by hand', () => {
    // Deviations from 5: -3 -1 -1 -1 0 0 2 4; their squares add up to 32.
    const { n, mean, sd, standardError } = sampleStatistics([2, 4, 4, 4, 5, 5, 7, 9])!;
    expect({ n, mean }).toEqual({ n: 8, mean: 5 });
    expect(sd).toBeCloseTo(Math.sqrt(32 / 7), 12);
    expect(standardError).toBeCloseTo(Math.sqrt(32 / 7 / 8), 12);
  });

  it('one number has no spread, none has nothing', () => {
    expect(sampleStatistics([0.25])).toEqual({ n: 1, mean: 0.25, sd: null, standardError: null });
    expect(sampleStatistics([])).toBeNull();
  });

  it('equal numbers have the spread 0', () => {
    expect(sampleStatistics([0.5, 0.5, 0.5])).toEqual({ n: 3, mean: 0.5, sd: 0, standardError: 0 });
  });

  it('moves with a shift and scales with a factor', () => {
    fc.assert(
      fc.property(sample, fc.double({ min: -3, max: 3, noNaN: true }), (values, factor) => {
        const plain = sampleStatistics(values)!;
        const moved = sampleStatistics(values.map((value) => factor * value + 2))!;
        expect(moved.mean).toBeCloseTo(factor * plain.mean + 2, 9);
        expect(moved.standardError).toBeCloseTo(Math.abs(factor) * plain.standardError!, 9);
      }),
      { seed: 1 },
    );
  });
});

describe('pairedDifference', () => {
  it('agrees with numbers by hand', () => {
    // Differences 0.1, 0.2, 0.3: mean 0.2, deviation 0.1.
    const { n, mean, sd, standardError } = pairedDifference([0.5, 0.7, 0.9], [0.4, 0.5, 0.6])!;
    expect(n).toBe(3);
    expect(mean).toBeCloseTo(0.2, 12);
    expect(sd).toBeCloseTo(0.1, 12);
    expect(standardError).toBeCloseTo(0.1 / Math.sqrt(3), 12);
  });

  it('does not count what both have in common', () => {
    fc.assert(
      fc.property(sample, (common) => {
        const ahead = common.map((value) => value + 0.25);
        const { mean, standardError } = pairedDifference(ahead, common)!;
        expect(mean).toBeCloseTo(0.25, 12);
        expect(standardError).toBeCloseTo(0, 12);
      }),
      { seed: 2 },
    );
  });

  it('changes its sign with the order, and has no standard error for one pair', () => {
    expect(pairedDifference([1], [0.5])).toEqual({ n: 1, mean: 0.5, sd: null, standardError: null });
    expect(pairedDifference([0.5], [1])!.mean).toBe(-0.5);
    expect(pairedDifference([], [])).toBeNull();
    expect(() => pairedDifference([1], [])).toThrow(RangeError);
  });
});
