import { expect, it } from 'vitest';
import { adaptiveScale } from './adaptive-scale.ts';

const usual = { dim: 512, classes: 10, crossEntropyGradient: 0.55, lambda: 10 };

it('pulls as many times as hard as the cross entropy as is asked for', () => {
  // The gradient of lambda * mean((s u - z)^2) at z = 0 is 2 lambda s / d.
  for (const dim of [16, 64, 512, 1280]) {
    for (const ratio of [1, 5.7, 10]) {
      const { scale, by } = adaptiveScale({ ...usual, dim, ratio });
      expect((2 * 10 * scale) / dim / 0.55).toBeCloseTo(ratio, 12);
      expect(by).toBe('pull-ratio');
    }
  }
  // What the release has: 80 at (10, 512) is a ratio of 5.7.
  expect(adaptiveScale({ ...usual, ratio: 5.68 }).scale).toBeCloseTo(80, 0);
});

it('is raised where classes would overlap', () => {
  const spread = 40;
  const { scale, by } = adaptiveScale({ ...usual, dim: 64, spread });
  expect(by).toBe('margin');
  expect((scale * Math.sqrt(20 / 9)) / 2).toBeCloseTo(3 * spread, 9);
});

it('stays within what features can reach, whatever else is asked for', () => {
  const { scale, by } = adaptiveScale({ ...usual, ratio: 40, largestFeature: 6 });
  expect(by).toBe('largest-feature');
  expect(scale).toBeCloseTo(2 * Math.sqrt(512), 9);
  expect(adaptiveScale({ ...usual, spread: 1e6, largestFeature: 6 })).toEqual({ scale, by });
});

it.each([
  [{ dim: 0 }, 'dim'],
  [{ classes: 1.5 }, 'classes'],
  [{ crossEntropyGradient: 0 }, 'crossEntropyGradient'],
  [{ crossEntropyGradient: NaN }, 'crossEntropyGradient'],
  [{ lambda: Infinity }, 'lambda'],
  [{ ratio: -1 }, 'ratio'],
  [{ spread: NaN }, 'spread'],
  [{ largestFeature: 0 }, 'largestFeature'],
])('refuses %o', (changes, name) => {
  expect(() => adaptiveScale({ ...usual, ...changes })).toThrow(
    expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(name) }),
  );
});

it('has no margin to keep for one class', () => {
  expect(adaptiveScale({ ...usual, classes: 1, spread: 1e9 }).by).toBe('pull-ratio');
});
