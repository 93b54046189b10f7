import { describe, expect, it } from 'vitest';
import { warningLines, warningsText, type WarnedRun } from './warnings-text.ts';

/** A run of 10 rounds whose warnings are [code, first round, last round], from 0. */
function run(label: string, ...warnings: readonly (readonly [string, number, number])[]): WarnedRun {
  return {
    label,
    rounds: 10,
    warnings: warnings.map(([code, firstRound, lastRound]) => ({
      code,
      firstRound,
      lastRound,
      rounds: lastRound - firstRound + 1,
      message: 'Seen; do this.',
    })),
  };
}

describe('warningLines', () => {
  it('say since when, or in which rounds, counted from 1', () => {
    const runs = [run('fedx', ['prototype-overlap', 0, 9], ['overshoot', 1, 1]), run('fedy', ['jump', 1, 4])];
    expect(warningLines(runs)).toEqual([
      'fedx: prototype-overlap since round 1',
      'fedx: overshoot in round 2',
      'fedy: jump in rounds 2 to 5',
    ]);
  });

  it('sum up the seeds of a strategy', () => {
    const seeds = [run('fedx', ['jump', 2, 4]), run('fedx'), run('fedx', ['jump', 1, 9])];
    expect(warningLines(seeds)).toEqual(['fedx: jump since round 2, 2 of 3 seeds']);
  });

  it('of a run that was over after its only round, say since', () => {
    expect(warningLines([{ ...run('fedx', ['jump', 0, 0]), rounds: 1 }])).toEqual([
      'fedx: jump since round 1',
    ]);
  });
});

it('nothing is said without warnings', () => {
  expect(warningsText([run('fedx'), run('fedy')])).toBe('');
  expect(warningsText([run('fedx', ['jump', 0, 9])])).toBe(
    'warnings, with cause and remedy in the report:\nfedx: jump since round 1\n\n',
  );
});
