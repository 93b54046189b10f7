import { createRng, emptyPrototypes } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { gatherOwnClasses, noOwnClasses, ownClassScores } from './own-classes.ts';

const prototypes = {
  dim: 1,
  classes: Int32Array.of(0, 1, 2),
  counts: Float64Array.of(1, 1, 1),
  vectors: Float32Array.of(-4, 0, 4),
};

describe('gatherOwnClasses', () => {
  it('has the class means, and mean / variance of the squared distances', () => {
    const own = gatherOwnClasses(1);
    own.add(Float32Array.of(0, 2, 10), Int32Array.of(1, 1, 2));
    own.add(Float32Array.of(16), Int32Array.of(2));
    const { means, sharpness, meanSquaredDistance, samples } = own.result();
    expect(means).toEqual({
      dim: 1,
      classes: Int32Array.of(1, 2),
      counts: Float64Array.of(2, 2),
      vectors: Float32Array.of(1, 13),
    });
    // Squared distances 1, 1, 9, 9: mean 5, variance 16.
    expect(sharpness).toBeCloseTo(5 / 16, 12);
    expect([meanSquaredDistance, samples]).toEqual([5, 4]);
  });

  it('finds 1 / (2 s^2) for Gaussian clouds of spread s, whatever their dimension', () => {
    for (const dim of [1, 8]) {
      const rng = createRng('spread').split(dim);
      const own = gatherOwnClasses(dim);
      const labels = Int32Array.from({ length: 1000 }, (_, i) => i % 2);
      own.add(
        Float32Array.from(
          { length: 1000 * dim },
          (_, i) => 100 * (Math.floor(i / dim) % 2) + 3 * rng.normal(),
        ),
        labels,
      );
      expect(own.result().sharpness * 2 * 9).toBeGreaterThan(0.8);
      expect(own.result().sharpness * 2 * 9).toBeLessThan(1.2);
    }
  });

  it('is not sharp where nothing spreads: without samples, and when all are the same', () => {
    expect(gatherOwnClasses(2).result()).toEqual({
      means: emptyPrototypes(2),
      sharpness: 0,
      meanSquaredDistance: 0,
      samples: 0,
    });
    const own = gatherOwnClasses(1);
    own.add(Float32Array.of(3, 3), Int32Array.of(0, 0));
    expect(own.result().sharpness).toBe(0);
  });
});

describe('ownClassScores', () => {
  it('prefers the own mean of a class, and the global prototype elsewhere', () => {
    const own = {
      means: { dim: 1, classes: Int32Array.of(1), counts: Float64Array.of(9), vectors: Float32Array.of(1) },
      sharpness: 2,
    };
    const scores = ownClassScores(Float32Array.of(3), { own, prototypes, classes: 4 });
    // n = 9 samples, C = 4: log((n_c + 1/2) / (n + 2)) - 2 (3 - p_c)^2.
    expect([...scores]).toEqual([
      expect.closeTo(Math.log(0.5 / 11) - 2 * 49, 9),
      expect.closeTo(Math.log(9.5 / 11) - 2 * 4, 9),
      expect.closeTo(Math.log(0.5 / 11) - 2 * 1, 9),
      -Infinity,
    ]);
  });

  it('of a client that knows nothing are equal for all classes that have a prototype', () => {
    const scores = ownClassScores(Float32Array.of(3), { own: noOwnClasses(1), prototypes, classes: 4 });
    expect(new Set(scores.subarray(0, 3)).size).toBe(1);
    expect(scores[3]).toBe(-Infinity);
  });
});
