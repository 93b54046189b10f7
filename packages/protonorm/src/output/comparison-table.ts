import type { WarningSummary } from '@protonorm/protocol';
import type { RunResults } from '../run/run-folder.ts';
import { sampleStatistics } from '../statistics/sample-statistics.ts';
import { textTable } from './text-table.ts';

/** One run of a comparison. */
export interface ComparedRun {
  readonly label: string;
  readonly seed: number;
  readonly status: 'finished' | 'diverged';
  readonly results?: RunResults;
  /** What it warned of, as far as it came. */
  readonly warnings: readonly WarningSummary[];
  /** Rounds of training that it finished. */
  readonly rounds: number;
  /** Left out for a run that had ended before. */
  readonly seconds?: number;
}

/**
 * Strategies as rows, each the mean over its seeds; with several seeds the spread beside it.
 *
 * @param options.standardError - with several seeds, a column with the standard error of the mean of the last five too
 */
export function comparisonTable(
  runs: readonly ComparedRun[],
  options: { readonly standardError?: boolean } = {},
): {
  readonly text: string;
  readonly means: readonly { readonly label: string; readonly last5: number | null }[];
} {
  const labels = [...new Set(runs.map(({ label }) => label))];
  const withError = options.standardError === true && runs.length > labels.length;
  const means: { label: string; last5: number | null }[] = [];
  const rows = labels.map((label) => {
    const all = runs.filter((run) => run.label === label);
    const summaries = all.flatMap(({ results }) => (results === undefined ? [] : [results.summary]));
    const diverged = all.length - summaries.length;
    const last5 = summaries.map((summary) => summary.last5);
    means.push({ label, last5: diverged > 0 ? null : mean(last5) });
    return [
      label,
      spread(last5),
      ...(withError ? [standardError(last5)] : []),
      spread(summaries.map((summary) => summary.best)),
      spread(summaries.map((summary) => summary.final)),
      spread(summaries.map((summary) => summary.last5ByLogits)),
      bytes(summaries.map((summary) => summary.bytesUpPerClientRound)),
      bytes(summaries.map((summary) => summary.bytesDownPerClientRound)),
      duration(all.map(({ seconds }) => seconds)),
      ...(diverged > 0 ? [`${diverged} of ${all.length} diverged`] : ['']),
    ];
  });
  const error = withError ? ['s.e.'] : [];
  const header = [
    'strategy',
    'last 5',
    ...error,
    'best*',
    'final',
    'logits last 5',
    'up B',
    'down B',
    's',
    '',
  ];
  return { text: textTable(header, rows), means };
}

function mean(values: readonly (number | null)[]): number | null {
  return statistics(values)?.mean ?? null;
}

/** Mean, and with several values the standard deviation behind a plus-minus. */
function spread(values: readonly (number | null)[]): string {
  const found = statistics(values);
  if (found === null) return '—';
  return found.sd === null ? found.mean.toFixed(3) : `${found.mean.toFixed(3)} ± ${found.sd.toFixed(3)}`;
}

function standardError(values: readonly (number | null)[]): string {
  return statistics(values)?.standardError?.toFixed(4) ?? '—';
}

function statistics(values: readonly (number | null)[]) {
  return sampleStatistics(values.filter((value) => value !== null));
}

function bytes(values: readonly number[]): string {
  const centre = mean(values);
  return centre === null ? '—' : Math.round(centre).toLocaleString('en');
}

function duration(seconds: readonly (number | undefined)[]): string {
  const known = seconds.filter((value) => value !== undefined);
  return known.length < seconds.length ? '—' : known.reduce((a, b) => a + b, 0).toFixed(1);
}
