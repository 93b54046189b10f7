import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

describe('nearestName', () => {
  it('finds typing errors', () => {
    expect(nearestName('outpts', ['inputs', 'outputs', 'name'])).toBe('outputs');
    expect(nearestName('xyz', ['inputs', 'outputs', 'name'])).toBeUndefined();
    expect(nearestName('', [])).toBeUndefined();
  });

  it('a candidate itself is its own nearest name', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(names, fc.nat(), (candidates, pick) => {
        const name = candidates[pick % candidates.length];
        expect(nearestName(name, candidates)).toBe(name);
      }),
      { seed: 5 },
    );
  });
});
