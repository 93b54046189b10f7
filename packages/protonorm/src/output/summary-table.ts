import type { RunResults } from '../run/run-folder.ts';
import { textTable } from './text-table.ts';

/** A run as a row of the summary. */
export interface SummaryRow {
  readonly label: string;
  readonly status: 'finished' | 'diverged';
  readonly results?: RunResults | undefined;
}

/** The table that ends a run or a comparison; accuracies are those of all clients on their own test samples. */
export function summaryTable(rows: readonly SummaryRow[]): string {
  return textTable(
    ['strategy', 'last 5', 'best*', 'final', 'logits last 5', 'up B', 'down B'],
    rows.map(({ label, status, results }) => {
      if (results === undefined) return [label, status, '', '', '', '', ''];
      const { summary } = results;
      return [
        label,
        accuracy(summary.last5),
        accuracy(summary.best),
        accuracy(summary.final),
        accuracy(summary.last5ByLogits),
        Math.round(summary.bytesUpPerClientRound).toLocaleString('en'),
        Math.round(summary.bytesDownPerClientRound).toLocaleString('en'),
      ];
    }),
  );
}

/** What the table needs said beside it. */
export const SUMMARY_NOTES =
  "accuracy: right answers over all clients' own test samples, by each strategy's own rule (logits: by the clients' heads)\n" +
  '* best over rounds is chosen on the test samples, as the reference reports it: compare "last 5" instead\n' +
  'bytes: mean encoded message of a client in a round';

/** One sentence that says who wins on the mean of the last five rounds. */
export function verdict(rows: readonly { readonly label: string; readonly last5: number | null }[]): string {
  const ranked = rows
    .flatMap(({ label, last5 }) => (last5 === null ? [] : [{ label, last5 }]))
    .sort((a, b) => b.last5 - a.last5);
  if (ranked.length < 2) return '';
  const [first, ...others] = ranked;
  const local = ranked.find(({ label }) => label === 'local');
  const beside = others.map(({ label, last5 }) => `${label} ${accuracy(last5)}`).join(', ');
  const warning =
    local !== undefined && local !== first
      ? ` Training alone (local) reaches ${accuracy(local.last5)}.`
      : local === first
        ? ' Training alone wins: on this data nobody gains by the exchange.'
        : '';
  return `Best on the last five rounds: ${first.label} ${accuracy(first.last5)}; then ${beside}.${warning}`;
}

function accuracy(value: number | null): string {
  return value === null ? '—' : value.toFixed(3);
}
