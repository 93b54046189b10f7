import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wholeMatrix } from './block.ts';
import { canonicalOrder } from './canonical-order.ts';

test('rows ascend, first column first, equal rows by index', () => {
  const rows = fc.array(fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 3, maxLength: 3 }));
  fc.assert(
    fc.property(rows, (values) => {
      const order = canonicalOrder(wholeMatrix(Float64Array.from(values.flat()), values.length, 3));
      const key = (row: number) => values[row].reduce((sum, x) => 10 * sum + x + 1, 0);
      const plain = values.map((_, row) => row).sort((i, j) => key(i) - key(j) || i - j);
      expect(Array.from(order)).toEqual(plain);
    }),
    { seed: 1 },
  );
});
