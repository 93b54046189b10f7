import { describe, expect, it } from 'vitest';
import { readArguments } from './read-arguments.ts';

const defined = {
  file: { type: 'positional', description: 'A file.', required: true },
  second: { type: 'positional', description: 'Another.', required: false },
  rounds: { type: 'string', valueHint: 'n' },
  out: { type: 'string', valueHint: 'dir' },
  resume: { type: 'string', valueHint: 'dir' },
  json: { type: 'boolean', default: false },
} as const;

describe('readArguments', () => {
  it('brings flags into one form', () => {
    expect(readArguments(['a', '--rounds', '3', '--out=x=y', '--json'], defined)).toEqual([
      '--rounds=3',
      '--out=x=y',
      '--json=true',
      '--',
      'a',
    ]);
  });

  it('takes negative numbers as values, and everything behind -- as positional', () => {
    expect(readArguments(['--rounds', '-1', '--', '--odd'], defined)).toEqual(['--rounds=-1', '--', '--odd']);
  });

  it('knows the negation of a switch', () => {
    expect(readArguments(['a', '--no-json'], defined)).toEqual(['--json=false', '--', 'a']);
  });

  it('lets --resume stand alone, also before another flag', () => {
    expect(readArguments(['a', '--resume', '--out', 'd'], defined)).toEqual([
      '--resume=',
      '--out=d',
      '--',
      'a',
    ]);
    expect(readArguments(['a', '--resume', 'd'], defined)).toEqual(['--resume=d', '--', 'a']);
  });

  it.each([
    [['a', '--round', '3'], "Unknown flag '--round'. Did you mean --rounds?"],
    [['a', '--xyzzy'], "Unknown flag '--xyzzy'. Known are --rounds, --out, --resume, --json."],
    [['a', '-o', 'x'], "Unknown flag '-o'."],
    [['a', '--no-rounds'], "Unknown flag '--no-rounds'. Did you mean --rounds?"],
    [['a', '--out', '--json'], '--out needs a value. Write --out <dir>.'],
    [['a', '--out'], '--out needs a value.'],
    [['a', '--json=maybe'], "--json is on or off, received 'maybe'."],
    [['a', '--out', 'x', '--out', 'y'], '--out is given twice.'],
    [[], '<file> is missing: A file.'],
    [['a', 'b', 'c'], "'c' is one argument too many. Expected <file> <second>"],
  ])('refuses %j', (args, message) => {
    expect(() => readArguments(args, defined)).toThrow(message);
  });
});
