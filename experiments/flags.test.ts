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

  it.each([[['a', 'b']], [['--quik']], [['--out']]])('refuses %j', (args) => {
    expect(() => readFlags(args)).toThrow();
  });
});
