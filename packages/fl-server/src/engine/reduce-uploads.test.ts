import { reduce, type Reducer } from '@protonorm/strategy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reduceUploads } from './reduce-uploads.ts';

interface Upload {
  readonly a: Float32Array;
  readonly b: Float32Array;
}

const both = reduce.combine({
  a: reduce.sum<'a'>('a'),
  b: reduce.sum<'b'>('b'),
}) as unknown as Reducer<unknown, unknown>;
const upload = (a: number, b: readonly number[]): Upload => ({
  a: Float32Array.of(a),
  b: Float32Array.from(b),
});

describe('reduceUploads', () => {
  it('takes nothing of an upload that is refused, also when a part of it was added before', () => {
    const uploads = new Map([
      ['a', upload(1, [10])],
      ['b', upload(2, [20, 20])],
      ['c', upload(4, [40])],
      ['d', upload(8, [80, 80])],
    ]);
    const { reduced, contributed, rejected } = reduceUploads(both, uploads);
    expect(reduced).toEqual({ a: Float64Array.of(5), b: Float64Array.of(50) });
    expect(contributed).toEqual(['a', 'c']);
    expect([...rejected].map(([id, { code }]) => [id, code])).toEqual([
      ['b', 'shape-mismatch'],
      ['d', 'shape-mismatch'],
    ]);
  });

  it('decides the same, whatever the order in which uploads came', () => {
    const one = fc.record({ a: fc.nat(9), b: fc.array(fc.nat(9), { minLength: 1, maxLength: 2 }) });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 6 }), fc.infiniteStream(fc.nat()), (items, numbers) => {
        const entries = items.map(({ a, b }, i): [string, Upload] => [`client-${i}`, upload(a, b)]);
        const shuffled = entries
          .map((entry) => [numbers.next().value as number, entry] as const)
          .sort(([x], [y]) => x - y)
          .map(([, entry]) => entry);
        expect(reduceUploads(both, new Map(shuffled))).toEqual(reduceUploads(both, new Map(entries)));
      }),
      { seed: 2 },
    );
  });

  it('has no result without uploads, and passes on what is no fault of an upload', () => {
    expect(reduceUploads(both, new Map())).toEqual({
      reduced: undefined,
      contributed: [],
      rejected: new Map(),
    });
    const broken: Reducer<unknown, unknown> = {
      additive: false,
      start: () => ({
        add: () => {
          throw new TypeError('a bug');
        },
        merge: () => {},
        result: () => null,
      }),
    };
    expect(() => reduceUploads(broken, new Map([['a', upload(1, [1])]]))).toThrow('a bug');
  });
});
