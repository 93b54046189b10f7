import { hiddenTable } from '../html/data-table.ts';
import { html, type Html } from '../html/html.ts';
import { isNumber, percent } from '../format/format.ts';
import { lineChart } from '../chart/line-chart.ts';
import { thinOut } from '../chart/thin-out.ts';
import { accuracyDomain, accuracyOf, hasAccuracy, type Rule } from './accuracy-values.ts';
import type { ShownInput, ShownRun } from './shown-run.ts';
import { emptyState, type Section } from './section.ts';

/** Accuracy by round: by each strategy's own rule, and by the logits. */
export function accuracySection({ runs, partition }: ShownInput): Section {
  const body = hasAccuracy(runs)
    ? html`<div class="charts">
        ${(['rule', 'logits'] as const).map((rule) => chart(runs, rule, partition?.majorityBaseline))}
      </div>`
    : emptyState('No evaluation has test samples, so there is no accuracy to draw.');
  return { id: 'accuracy', title: 'Accuracy by round', body };
}

function chart(runs: readonly ShownRun[], rule: Rule, baseline: number | undefined): Html {
  const curves = runs.map((run) => run.history.evaluations.map((record) => accuracyOf(record, rule)));
  const both = (['rule', 'logits'] as const).flatMap((either) =>
    runs.map((run) => run.history.evaluations.map((record) => accuracyOf(record, either))),
  );
  const domain = accuracyDomain(isNumber(baseline) ? [...both, [baseline]] : both);
  const hidden = curves.flat().some((value) => value !== null && value < domain[0]);
  const title = rule === 'rule' ? 'By each strategy’s own rule' : 'By the logits of the clients’ own heads';
  return lineChart(
    runs.map((run) => ({
      name: run.label,
      look: run.look,
      points: run.history.evaluations.map((record) => ({
        x: record.round,
        y: accuracyOf(record, rule),
      })),
    })),
    {
      id: `accuracy-${rule}`,
      title,
      description: `Accuracy over rounds. ${runs
        .map((run, i) => `${run.label} ends at ${percent(curves[i].findLast(isNumber))}`)
        .join('; ')}.`,
      note: html`Share of all clients’ test samples, before training (round 0) and after each
      round.${
        hidden && html` The axis starts at ${percent(domain[0], 0)}: earlier, lower values are in the table.`
      }`,
      xLabel: 'Round',
      yFormat: (value) => percent(value, 0),
      yDomain: domain,
      references: isNumber(baseline) ? [{ y: baseline, label: 'most frequent class' }] : [],
      table: table(runs, rule, title),
    },
  );
}

function table(runs: readonly ShownRun[], rule: Rule, title: string): Html {
  const rounds = [
    ...new Set(runs.flatMap(({ history }) => history.evaluations.map(({ round }) => round))),
  ].sort((a, b) => a - b);
  const shown = thinOut(rounds, 121);
  return hiddenTable({
    caption: `${title}: accuracy by round`,
    note: shown.length < rounds.length ? `${shown.length} of ${rounds.length} rounds.` : undefined,
    head: ['Round', ...runs.map(({ label }) => label)],
    rows: shown.map((round) => [
      round,
      ...runs.map(({ history }) => {
        const record = history.evaluations.find((evaluation) => evaluation.round === round);
        return percent(record && accuracyOf(record, rule));
      }),
    ]),
  });
}
