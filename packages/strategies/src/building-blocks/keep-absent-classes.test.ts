import { checkPrototypes, type Prototypes } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepAbsentClasses } from './keep-absent-classes.ts';

const table = (by: number): fc.Arbitrary<Prototypes> =>
  fc.subarray([0, 2, 3, 5, 8]).map((classes) => ({
    dim: 2,
    classes: Int32Array.from(classes),
    counts: Float64Array.from(classes, (label) => label + by),
    vectors: Float32Array.from(classes.flatMap((label) => [label * by, -by])),
  }));

describe('keepAbsentClasses', () => {
  it('has each class of both tables, with the current row where there is one', () => {
    fc.assert(
      fc.property(table(10), table(1000), (current, previous) => {
        const kept = checkPrototypes(keepAbsentClasses(current, previous));
        expect([...kept.classes]).toEqual(
          [...new Set([...current.classes, ...previous.classes])].sort((a, b) => a - b),
        );
        kept.classes.forEach((label, row) => {
          const by = current.classes.includes(label) ? 10 : 1000;
          expect(kept.counts[row]).toBe(label + by);
          expect([...kept.vectors.subarray(2 * row, 2 * row + 2)]).toEqual([label * by, -by]);
        });
      }),
      { seed: 1 },
    );
  });

  it('is the current table at first, and twice the same as once', () => {
    fc.assert(
      fc.property(table(10), table(1000), (current, previous) => {
        expect(keepAbsentClasses(current, null)).toBe(current);
        const kept = keepAbsentClasses(current, previous);
        expect(keepAbsentClasses(kept, previous)).toEqual(kept);
        expect(keepAbsentClasses(current, kept)).toEqual(kept);
      }),
      { seed: 2 },
    );
  });
});
