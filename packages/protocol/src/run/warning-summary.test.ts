import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RoundRecord } from './run-record.ts';
import { summariseWarnings } from './warning-summary.ts';

/** Records of rounds that warn of these codes; what they say has the round in it. */
function records(codes: readonly (readonly string[])[]): RoundRecord[] {
  return codes.map((own, round) => ({
    round,
    selected: [],
    contributed: [],
    failed: {},
    bytesDown: 0,
    bytesUp: 0,
    metrics: {},
    serverMetrics: {},
    ...(own.length > 0 && { warnings: own.map((code) => ({ code, message: `${code} in ${round}` })) }),
  }));
}

it('has the first and last round of a code, how many rounds it came in, and what was said first', () => {
  expect(summariseWarnings(records([[], ['b'], ['a', 'b', 'b'], [], ['a'], []]))).toEqual([
    { code: 'b', firstRound: 1, lastRound: 2, rounds: 2, message: 'b in 1' },
    { code: 'a', firstRound: 2, lastRound: 4, rounds: 2, message: 'a in 2' },
  ]);
  expect(summariseWarnings(records([[], []]))).toEqual([]);
  expect(summariseWarnings([])).toEqual([]);
});

it('counts what a plain search finds', () => {
  const codes = fc.array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c')), { maxLength: 12 });
  fc.assert(
    fc.property(codes, (given) => {
      const summaries = summariseWarnings(records(given));
      expect(summaries.map(({ code }) => code).sort()).toEqual([...new Set(given.flat())].sort());
      for (const { code, firstRound, lastRound, rounds } of summaries) {
        const has = (own: readonly string[]): boolean => own.includes(code);
        expect([firstRound, lastRound, rounds]).toEqual([
          given.findIndex(has),
          given.findLastIndex(has),
          given.filter(has).length,
        ]);
      }
    }),
  );
});
