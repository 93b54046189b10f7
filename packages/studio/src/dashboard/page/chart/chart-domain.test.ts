import fc from 'fast-check';
import { expect, it } from 'vitest';
import { niceDomain, valueTicks } from './chart-domain.ts';

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true }).filter((x) => x === 0 || Math.abs(x) > 1e-6);

it('holds all values, is not empty, and has two to nine ticks inside', () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 20 }), (values) => {
      const domain = niceDomain(values);
      const [from, to] = domain;
      const slack = 1e-6 * (1 + Math.abs(from) + Math.abs(to));
      expect(from).toBeLessThan(to);
      for (const x of values) {
        expect(x).toBeGreaterThanOrEqual(from - slack);
        expect(x).toBeLessThanOrEqual(to + slack);
      }
      const ticks = valueTicks(domain);
      expect(ticks.length).toBeGreaterThanOrEqual(1);
      expect(ticks.length).toBeLessThanOrEqual(9);
      for (const tick of ticks) {
        expect(tick).toBeGreaterThanOrEqual(from - slack);
        expect(tick).toBeLessThanOrEqual(to + slack);
      }
    }),
  );
});

it('keeps to its limits', () => {
  expect(niceDomain([0.9, 0.99], { least: 0, most: 1 })[1]).toBeLessThanOrEqual(1);
  expect(niceDomain([], { least: 0, most: 1 })).toEqual([0, 1]);
  expect(niceDomain([3, 12], { least: 0 })[0]).toBeGreaterThanOrEqual(0);
});
