import { createRng, emptyPrototypes } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalise } from '../class-table/normalise.ts';
import { gaussianTable, tableOf } from '../test-data/tables.ts';
import { nearestPrototype } from './nearest-prototype.ts';
import { prototypeScores } from './prototype-scores.ts';

const code = (expected: string) => expect.objectContaining({ code: expected });

function featuresOf(seed: number, samples: number, dim: number): Float32Array {
  const rng = createRng(seed).split('features');
  return Float32Array.from({ length: samples * dim }, () => rng.normal());
}

describe('nearestPrototype', () => {
  test('by distance and by angle', () => {
    const table = tableOf(
      [
        [1, 0],
        [0, 9],
      ],
      { classes: [4, 6] },
    );
    const features = Float32Array.of(0.4, 0.6);
    expect(Array.from(nearestPrototype(features, table))).toEqual([4]);
    expect(Array.from(nearestPrototype(features, table, { rule: 'cosine' }))).toEqual([6]);
  });

  test('with unit prototypes both rules agree with the scores', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 7 }),
        (seed, count, dim) => {
          const table = normalise(gaussianTable(seed, count, dim));
          fc.pre(dim > 1); // on a line, many are equally near
          const features = featuresOf(seed, 5, dim);
          const nearest = nearestPrototype(features, table);
          expect(nearestPrototype(features, table, { rule: 'cosine' })).toEqual(nearest);
          const scores = prototypeScores(features, table, count);
          nearest.forEach((label, sample) => {
            const own = scores.subarray(sample * count, (sample + 1) * count);
            expect(own.indexOf(Math.max(...own))).toBe(label);
          });
        },
      ),
      { seed: 1 },
    );
  });

  test('of equally near classes the lowest', () => {
    const table = tableOf(
      [
        [1, 0],
        [0, 1],
        [1, 0],
      ],
      { classes: [2, 3, 9] },
    );
    for (const rule of ['euclidean', 'cosine'] as const) {
      expect(Array.from(nearestPrototype(Float32Array.of(2, 0, 1, 1, 0, 0), table, { rule }))).toEqual([
        2, 2, 2,
      ]);
    }
  });

  test('no samples, and zero prototypes', () => {
    expect(nearestPrototype(new Float32Array(0), tableOf([[1]]))).toEqual(new Int32Array(0));
    const withZero = tableOf([
      [-1, 0],
      [0, 0],
    ]);
    expect(Array.from(nearestPrototype(Float32Array.of(1, 0), withZero, { rule: 'cosine' }))).toEqual([1]);
  });

  test('bad input', () => {
    const table = gaussianTable(1, 2, 3);
    expect(() => nearestPrototype(new Float32Array(4), table)).toThrow(code('shape-mismatch'));
    expect(() => nearestPrototype(Float32Array.of(1, NaN, 2), table)).toThrow(code('not-finite'));
    expect(() => nearestPrototype(new Float32Array(3), emptyPrototypes(3))).toThrow(code('invalid-argument'));
    expect(() => nearestPrototype(new Float32Array(3), table, { rule: 'manhattan' as 'cosine' })).toThrow(
      code('invalid-argument'),
    );
  });
});

describe('prototypeScores', () => {
  test('minus the mean squared difference; missing classes never win', () => {
    const table = tableOf(
      [
        [1, 0],
        [0, 3],
      ],
      { classes: [1, 3] },
    );
    expect(Array.from(prototypeScores(Float32Array.of(0, 1, 1, 1), table, 5))).toEqual([
      -Infinity,
      -1,
      -Infinity,
      -2,
      -Infinity,
      -Infinity,
      -0.5,
      -Infinity,
      -2.5,
      -Infinity,
    ]);
    expect(Array.from(prototypeScores(Float32Array.of(1, 2), emptyPrototypes(2), 2))).toEqual([
      -Infinity,
      -Infinity,
    ]);
  });

  test('bad input', () => {
    const table = gaussianTable(1, 3, 2);
    expect(() => prototypeScores(new Float32Array(3), table, 3)).toThrow(code('shape-mismatch'));
    expect(() => prototypeScores(Float32Array.of(Infinity, 0), table, 3)).toThrow(code('not-finite'));
    expect(() => prototypeScores(new Float32Array(2), table, 2)).toThrow(code('unknown-class'));
    expect(() => prototypeScores(new Float32Array(2), table, 0)).toThrow(code('invalid-argument'));
  });
});
