import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dimensionSigns } from './dimension-signs.ts';

it.each([
  [10, 512, 0],
  [100, 512, 0],
  [2, 512, 0], // 8 KiB: many dimensions, but nothing to save
  [10, 1024, 1],
  [10, 4096, 1],
  [1000, 4096, 0],
])('of %i classes in %i dimensions are %i', (classes, dim, signs) => {
  expect(dimensionSigns({ classes, dim })).toHaveLength(signs);
});

it('proposes a size of which it would not complain, and that has room for a simplex', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 2000 }), fc.integer({ min: 2, max: 100_000 }), (classes, dim) => {
      const [sign] = dimensionSigns({ classes, dim });
      if (sign === undefined) return;
      const enough = Number(/feature size to (\d+)/.exec(sign.message)![1]);
      expect(enough).toBeLessThan(dim);
      expect(enough).toBeGreaterThanOrEqual(classes - 1);
      expect(dimensionSigns({ classes, dim: enough })).toEqual([]);
    }),
  );
});

it('counts the bytes of smaller numbers', () => {
  expect(dimensionSigns({ classes: 10, dim: 1024, bytesPerNumber: 1 })).toEqual([]);
});
