import type { Against, SummaryRow } from '../run/case-statistics.ts';
import type { ComparedCase } from '../run/cases-comparison.ts';
import type { SampleStatistics } from '../statistics/sample-statistics.ts';
import { textTable } from './text-table.ts';

/** The table over all cases: strategies as rows, cases as columns, and the mean over the cases. */
export function casesTable(
  rows: readonly SummaryRow[],
  cases: readonly Pick<ComparedCase, 'name' | 'skipped'>[],
): string {
  return textTable(
    ['strategy', ...cases.map(({ name }) => name), 'mean over cases'],
    rows.map(({ label, cases: found, mean }) => [
      label,
      ...cases.map(({ name, skipped }) => (skipped === null ? accuracy(found[name] ?? null) : 'skipped')),
      mean === null ? '—' : mean.toFixed(3),
    ]),
  );
}

/** What {@link casesTable} and {@link verdictLine} need said beside them. */
export const CASES_NOTES =
  'accuracy: mean of the last five rounds, mean over seeds ± standard error of that mean (none with one seed)\n' +
  'differences: paired by seed, ± their standard error; "level" is less than two of them\n' +
  'two of them prove little where seeds are few: with 3, equals differ by more in 18 % of comparisons (t distribution)';

/** What a case says of the strategy in focus, in one line. */
export function verdictLine({ name, skipped, strategies, verdict }: ComparedCase): string {
  if (skipped !== null) return `${name}: skipped. ${skipped}`;
  if (verdict === null) return `${name}: not compared yet`;
  const { focus, best, local } = verdict;
  const own = strategies.find(({ label }) => label === focus);
  if (own === undefined || own.last5 === null)
    return `${name}: ${focus} has no mean over all seeds, so that nothing can be said`;
  if (best === null) return `${name}: ${focus} ${accuracy(own.last5)}; no other strategy to compare with`;
  const beside = (other: Against, apposition: string): string => {
    const mean = accuracy(strategies.find(({ label }) => label === other.label)!.last5);
    return `; ${standing(other.difference)} ${other.label}${apposition} ${mean} (${signed(other.difference)})`;
  };
  const others = [
    beside(best, ', the best other,'),
    ...(local === null || local.label === best.label ? [] : [beside(local, '')]),
  ];
  const seeds = own.values.length === 1 ? '1 seed, so no standard error' : `${own.values.length} seeds`;
  return `${name}: ${focus} ${accuracy(own.last5)}${others.join('')}; ${seeds}`;
}

/** Where the focus stands to another, as far as the seeds tell. */
function standing({ mean, standardError }: SampleStatistics): string {
  if (mean === 0 || (standardError !== null && Math.abs(mean) < 2 * standardError)) return 'level with';
  return mean > 0 ? 'ahead of' : 'behind';
}

function signed({ mean, standardError }: SampleStatistics): string {
  const sign = mean < 0 ? '−' : '+';
  return `${sign}${Math.abs(mean).toFixed(3)}${standardError === null ? '' : ` ± ${standardError.toFixed(3)}`}`;
}

function accuracy(found: SampleStatistics | null): string {
  if (found === null) return '—';
  const { mean, standardError } = found;
  return standardError === null ? mean.toFixed(3) : `${mean.toFixed(3)} ± ${standardError.toFixed(3)}`;
}
