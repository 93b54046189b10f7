import { createRng } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { polarSource } from '../random/gamma.ts';
import { dirichletShares } from './dirichlet.ts';

const source = (seed: number) => {
  const rng = createRng(seed);
  return polarSource(() => rng.uniform());
};
const alphas = fc.constantFrom(1e-6, 1e-3, 0.1, 1, 5, 1e4);

describe('dirichletShares', () => {
  it('sums to 1 over the open clients for any alpha, and gives the closed ones nothing', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        alphas,
        fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
        (seed, alpha, open) => {
          fc.pre(open.includes(true));
          const shares = dirichletShares(source(seed), alpha, open);
          expect(Math.abs(shares.reduce((a, b) => a + b) - 1)).toBeLessThan(1e-12);
          shares.forEach((share, i) => expect(share >= 0 && (open[i] || share === 0)).toBe(true));
        },
      ),
      { seed: 1 },
    );
  });

  it('draws the same numbers whoever is closed: shares are renormalised, not drawn anew', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(0.1, 1, 5), (seed, alpha) => {
        const all = dirichletShares(source(seed), alpha, [true, true, true]);
        const some = dirichletShares(source(seed), alpha, [true, true, false]);
        fc.pre(all[0] + all[1] > 1e-200);
        expect(some[0]).toBeCloseTo(all[0] / (all[0] + all[1]), 10);
      }),
      { seed: 1 },
    );
  });

  it('has the mean 1 / N and the variance of the Dirichlet distribution', () => {
    const numbers = source(5);
    const first = Array.from(
      { length: 20_000 },
      () => dirichletShares(numbers, 0.5, [true, true, true, true])[0],
    );
    const mean = first.reduce((a, b) => a + b) / first.length;
    const variance = first.reduce((sum, p) => sum + (p - mean) ** 2, 0) / first.length;
    expect(mean).toBeCloseTo(0.25, 2);
    expect(variance).toBeCloseTo((0.25 * 0.75) / (4 * 0.5 + 1), 2);
  });

  it('shares evenly when everybody is full', () => {
    expect([...dirichletShares(source(1), 0.1, [false, false])]).toEqual([0.5, 0.5]);
  });
});
