import type { RoundRecord } from './run-record.ts';

/** All that a run warned of by one code. */
export interface WarningSummary {
  readonly code: string;
  /** Rounds as in the records, from 0. */
  readonly firstRound: number;
  readonly lastRound: number;
  /** In how many rounds. */
  readonly rounds: number;
  /** As it was said first: what was seen, and what to do about it. */
  readonly message: string;
}

/**
 * The warnings of a run by code, in the order in which they came first.
 *
 * @param rounds - ascending, as in a history
 * @example
 * ```ts
 * import { summariseWarnings } from '@protonorm/protocol';
 * const record = { selected: [], contributed: [], failed: {}, bytesDown: 0, bytesUp: 0, metrics: {}, serverMetrics: {} };
 * const warnings = [{ code: 'prototype-overlap', message: 'Raise the passes.' }];
 * const [summary] = summariseWarnings([{ ...record, round: 0, warnings }, { ...record, round: 1, warnings }]);
 * [summary.code, summary.firstRound, summary.lastRound, summary.rounds]; // => ['prototype-overlap', 0, 1, 2]
 * ```
 */
export function summariseWarnings(rounds: readonly RoundRecord[]): readonly WarningSummary[] {
  const found = new Map<string, WarningSummary>();
  for (const { round, warnings = [] } of rounds) {
    for (const { code, message } of warnings) {
      const before = found.get(code);
      found.set(code, {
        code,
        firstRound: before?.firstRound ?? round,
        lastRound: round,
        // A strategy may give a code twice in a round, for two pairs of classes.
        rounds: before === undefined ? 1 : before.rounds + (before.lastRound === round ? 0 : 1),
        message: before?.message ?? message,
      });
    }
  }
  return [...found.values()];
}
