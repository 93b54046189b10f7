import { createRng } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxDifference } from '../test-data/tables.ts';
import { classMeans, ClassMeans } from './class-means.ts';

function batchOf(seed: number, size: number, dim: number) {
  const rng = createRng(seed).split('batch', size);
  return {
    features: Float32Array.from({ length: size * dim }, () => rng.normal()),
    labels: Int32Array.from({ length: size }, () => rng.integer(5) * 3),
  };
}

describe('class means', () => {
  test('are the means by class, for any cut of the stream', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 40 }), fc.nat(), (seed, size, cut) => {
        const dim = 3;
        const { features, labels } = batchOf(seed, size, dim);
        const at = cut % (size + 1);
        const whole = new ClassMeans(dim);
        whole.add(features, labels);
        const cutInTwo = classMeans(dim);
        cutInTwo.add(features.subarray(0, at * dim), labels.subarray(0, at));
        cutInTwo.add(features.subarray(at * dim), labels.subarray(at));
        expect(cutInTwo.prototypes()).toEqual(whole.prototypes()); // same bits
        const first = new ClassMeans(dim);
        const second = new ClassMeans(dim);
        first.add(features.subarray(0, at * dim), labels.subarray(0, at));
        second.add(features.subarray(at * dim), labels.subarray(at));
        first.merge(second);
        const { classes, counts, vectors } = whole.prototypes();
        expect(first.prototypes()).toMatchObject({ classes, counts });
        expect(maxDifference(first.prototypes().vectors, vectors)).toBeLessThan(1e-7);
        expect(first.samples).toBe(size);
        classes.forEach((label, row) => {
          const own = Array.from(labels.keys()).filter((i) => labels[i] === label);
          expect(counts[row]).toBe(own.length);
          for (let k = 0; k < dim; k++) {
            const sum = own.reduce((total, i) => total + features[i * dim + k], 0);
            expect(vectors[row * dim + k]).toBe(Math.fround(sum / own.length));
          }
        });
      }),
      { seed: 1 },
    );
  });

  test('without samples there are no rows', () => {
    expect(new ClassMeans(4).prototypes()).toMatchObject({ dim: 4, classes: new Int32Array(0) });
  });

  test('sums are float64: many small features do not get lost', () => {
    const means = new ClassMeans(1);
    const size = 100_000;
    means.add(new Float32Array(size).fill(0.1), new Int32Array(size));
    means.add(Float32Array.of(1e6), Int32Array.of(0));
    expect(means.prototypes().vectors[0]).toBeCloseTo((size * Math.fround(0.1) + 1e6) / (size + 1), 5);
  });

  test('merging with itself doubles the counts and keeps the means', () => {
    const means = new ClassMeans(1);
    means.add(Float32Array.of(1, 4), Int32Array.of(2, 2));
    means.merge(means);
    expect(means.prototypes()).toMatchObject({ counts: Float64Array.of(4), vectors: Float32Array.of(2.5) });
  });

  test('a bad batch is refused and changes nothing', () => {
    const means = new ClassMeans(2);
    means.add(Float32Array.of(1, 2), Int32Array.of(0));
    const before = means.prototypes();
    const refused: [features: number[], labels: number[], code: string][] = [
      [[1, 2, 3], [0], 'shape-mismatch'],
      [[1, 2], [0, 1], 'shape-mismatch'],
      [[1, 2, 3, 4], [0, -1], 'unknown-class'],
      [[1, 2, NaN, 4], [0, 1], 'not-finite'],
      [[1, 2, 3, Infinity], [0, 1], 'not-finite'],
    ];
    for (const [features, labels, code] of refused) {
      expect(() => means.add(Float32Array.from(features), Int32Array.from(labels))).toThrow(
        expect.objectContaining({ code }),
      );
    }
    expect(() => means.merge(new ClassMeans(3))).toThrow(expect.objectContaining({ code: 'shape-mismatch' }));
    expect(means.prototypes()).toEqual(before);
    for (const dim of [0, 1.5, NaN]) {
      expect(() => new ClassMeans(dim)).toThrow(expect.objectContaining({ code: 'shape-mismatch' }));
    }
  });
});
