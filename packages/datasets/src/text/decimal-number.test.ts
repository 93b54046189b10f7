import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decimalNumber } from './decimal-number.ts';

describe('decimalNumber', () => {
  it('reads every finite number as it is written', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(decimalNumber(String(value)) === value).toBe(true);
      }),
      { seed: 5 },
    );
    expect(['+1', '.5', '5.', '-1E-2', '007'].map(decimalNumber)).toEqual([1, 0.5, 5, -0.01, 7]);
  });

  it.each(['', ' ', '1 ', '0x10', 'Infinity', '-Infinity', '1e999', 'NaN', '1,5', '.', 'e5', '1_000', '--1'])(
    '%j is none',
    (text) => expect(decimalNumber(text)).toBeNaN(),
  );
});
