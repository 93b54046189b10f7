import { describe, expect, it } from 'vitest';
import { readFlags } from './flags.ts';

describe('readFlags', () => {
  it('reads the name and the flags', () => {
    expect(readFlags([])).toEqual({
      name: undefined,
      quick: false,
      out: undefined,
      skipMissing: false,
      json: false,
    });
    expect(readFlags(['bytes', '--quick', '--skip-missing', '--out', 'x', '--json'])).toEqual({
      name: 'bytes',
      quick: true,
      out: 'x',
      skipMissing: true,
      json: true,
    });
  });

  it.each([
    [['a', 'b'], 'One experiment at a time'],
    [['--quik'], 'quik'],
    [['--out'], 'out'],
  ])('refuses %j', (args, message) => {
    expect(() => readFlags(args)).toThrow(message);
  });
});
