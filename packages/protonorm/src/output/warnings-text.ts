import type { WarningSummary } from '@protonorm/protocol';

/** A run, as far as its warnings go. */
export interface WarnedRun {
  readonly label: string;
  readonly warnings: readonly WarningSummary[];
  /** Rounds of training that it finished. */
  readonly rounds: number;
}

/**
 * A line for each strategy and code that warned, over its seeds: `fedx: prototype-overlap since round 1`. Rounds count from
 * 1, as in the progress; 'since' = it has not stopped.
 *
 * @returns empty without warnings
 */
export function warningLines(runs: readonly WarnedRun[]): readonly string[] {
  const labels = [...new Set(runs.map(({ label }) => label))];
  return labels.flatMap((label) => {
    const seeds = runs.filter((run) => run.label === label);
    const codes = [...new Set(seeds.flatMap(({ warnings }) => warnings.map(({ code }) => code)))];
    return codes.map((code) => {
      const found = seeds.flatMap(({ warnings, rounds }) =>
        warnings.flatMap((warning) =>
          warning.code === code ? [{ ...warning, going: warning.lastRound === rounds - 1 }] : [],
        ),
      );
      const first = 1 + Math.min(...found.map(({ firstRound }) => firstRound));
      const last = 1 + Math.max(...found.map(({ lastRound }) => lastRound));
      const until = last === first ? `in round ${first}` : `in rounds ${first} to ${last}`;
      const when = found.some(({ going }) => going) ? `since round ${first}` : until;
      return `${label}: ${code} ${when}${seeds.length > 1 ? `, ${found.length} of ${seeds.length} seeds` : ''}`;
    });
  });
}

/** {@link warningLines} with a heading and a blank line behind; empty without warnings. */
export function warningsText(runs: readonly WarnedRun[]): string {
  const lines = warningLines(runs);
  return lines.length === 0
    ? ''
    : ['warnings, with cause and remedy in the report:', ...lines, '', ''].join('\n');
}
