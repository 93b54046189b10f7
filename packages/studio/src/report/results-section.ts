import { dataTable } from '../html/data-table.ts';
import { html, type Html } from '../html/html.ts';
import { duration, integer, isNumber, MISSING, percent } from '../format/format.ts';
import { seriesKey } from '../chart/marker.ts';
import type { ShownInput, ShownRun } from './shown-run.ts';
import type { Section } from './section.ts';
import { verdict } from './verdict.ts';

/** Who wins, in words and in one table. */
export function resultsSection(input: ShownInput): Section {
  const { runs } = input;
  const best = bestOf(runs);
  const timed = runs.some(({ seconds }) => isNumber(seconds));
  return {
    id: 'results',
    title: 'Results',
    body: html`${verdict(input)}
      ${dataTable({
        caption: 'Accuracy and traffic of each run',
        className: 'headline',
        head: [
          'Strategy',
          html`Accuracy <span class="sub">mean of last 5</span>`,
          html`Accuracy <span class="sub">final</span>`,
          html`Accuracy <span class="sub">best, on the test split</span>`,
          html`By logits <span class="sub">mean of last 5</span>`,
          html`By logits <span class="sub">best, on the test split</span>`,
          html`Up <span class="sub">bytes per client and round</span>`,
          html`Down <span class="sub">bytes per client and round</span>`,
          ...(timed ? [html`Time`] : []),
        ],
        rows: runs.map((run) => row(run, { best, timed })),
      })}
      <p class="note">
        Accuracy is by each strategy’s own rule (nearest prototype, or the logits where there are no
        prototypes), summed over the test samples of all clients; the highest of a column is bold. Best rounds
        are chosen on the test split, so they flatter every run, the unsteady ones most. Bytes are measured on
        the encoded messages.
      </p>`,
  };
}

type Column = 'last5' | 'final' | 'best' | 'last5ByLogits' | 'bestByLogits';

const COLUMNS: readonly Column[] = ['last5', 'final', 'best', 'last5ByLogits', 'bestByLogits'];

function row(
  run: ShownRun,
  at: { readonly best: Readonly<Record<Column, number>>; readonly timed: boolean },
): Html[] {
  const { summary } = run;
  const cell = (column: Column): Html => {
    const value = summary[column];
    const text =
      column === 'best' && isNumber(value)
        ? html`${percent(value)} <span class="sub">(round ${summary.bestRound})</span>`
        : html`${percent(value)}`;
    return isNumber(value) && value === at.best[column] ? html`<strong class="leads">${text}</strong>` : text;
  };
  return [
    html`${seriesKey(run.look)}
      ${run.label}${run.status !== 'finished' && html`<span class="badge">${run.status}</span>`}<span
        class="sub"
        >${run.strategy}</span
      >`,
    ...COLUMNS.map(cell),
    html`${integer(summary.bytesUpPerClientRound)}`,
    html`${integer(summary.bytesDownPerClientRound)}`,
    ...(at.timed ? [html`${isNumber(run.seconds) ? duration(run.seconds) : MISSING}`] : []),
  ];
}

function bestOf(runs: readonly ShownRun[]): Readonly<Record<Column, number>> {
  const largest = (column: Column): number =>
    runs.reduce((most, { summary }) => {
      const value = summary[column];
      return isNumber(value) && value > most ? value : most;
    }, -Infinity);
  return {
    last5: largest('last5'),
    final: largest('final'),
    best: largest('best'),
    last5ByLogits: largest('last5ByLogits'),
    bestByLogits: largest('bestByLogits'),
  };
}
