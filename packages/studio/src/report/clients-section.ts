import { dotPlot } from '../chart/dot-plot.ts';
import { chartWidths } from '../chart/figure.ts';
import { heatKey, heatMap } from '../chart/heat-map.ts';
import { seriesKey } from '../chart/marker.ts';
import { thinOut } from '../chart/thin-out.ts';
import { dataTable, hiddenTable } from '../html/data-table.ts';
import { html, type Html } from '../html/html.ts';
import { integer, isNumber, percent, plural } from '../format/format.ts';
import { accuracyDomain, clientAccuracy, hasAccuracy, lastEvaluation } from './accuracy-values.ts';
import { shortIds } from './report-names.ts';
import type { ReportClient } from './report-input.ts';
import type { ShownInput, ShownRun } from './shown-run.ts';
import { emptyState, type Section } from './section.ts';

/** Rows of a chart of clients; more are thinned out evenly. */
const MOST_CLIENTS = 40;
/** Rows of a table that is open from the start. */
const OPEN_TABLE = 25;
/** Cells of one heat map. */
const MOST_CELLS = 3000;

/** How each client fares: its model, its final accuracy in every run, and its way there. */
export function clientsSection(input: ShownInput): Section {
  const { clients, runs } = input;
  const shown = thinOut(clients, MOST_CLIENTS);
  const body = html`${
    hasAccuracy(runs)
      ? html`${shown.length < clients.length && html`<p class="note">Charts show ${shown.length} of ${plural(clients.length, 'client')}, evenly picked; the table has all.</p>`}
          <div class="charts">${finalChart(input, shown)}</div>
          ${heatMaps(runs, shown)}`
      : emptyState('No client has test samples, so there is no accuracy per client.')
  }
  ${clientTable(input)}`;
  return { id: 'clients', title: 'Clients', body };
}

function finalChart({ runs, clients }: ShownInput, shown: readonly ReportClient[]): Html {
  const values = runs.map((run) => shown.map(({ id }) => finalOf(run, id)));
  const low = accuracyDomain([values.flat()])[0];
  const lowest = values.flat().filter(isNumber);
  const from = Math.max(0, Math.min(low, ...lowest.map((value) => Math.floor(value * 10 + 1e-9) / 10)));
  const models = new Set(clients.map(({ model }) => model));
  const named = (ids: readonly string[]): string[] =>
    shown.map(({ model }, i) => (models.size > 1 ? `${ids[i]} ${model}` : ids[i]));
  return dotPlot({
    id: 'clients-final',
    title: 'Final accuracy of each client',
    description: `Accuracy of ${shown.length} clients in the last evaluation of each run, by the strategy's own rule.`,
    note: html`By each strategy’s own rule, in the last evaluation, with ${plural(models.size, 'model')}.`,
    rows: named(shown.map(({ id }) => id)),
    shortRows: named(shortIds(shown.map(({ id }) => id))),
    series: runs.map(({ label, look }) => ({ name: label, look })),
    values,
    xDomain: [from === 1 ? 0.9 : from, 1],
    xFormat: (value) => percent(value, 0),
  });
}

function heatMaps(runs: readonly ShownRun[], clients: readonly ReportClient[]): Html {
  const domain = accuracyDomain(
    runs.map(({ history }) => {
      const settled = history.evaluations.slice(Math.ceil(history.evaluations.length / 4));
      return settled.flatMap((record) => clients.map(({ id }) => clientAccuracy(record, id))).sort(byValue);
    }),
  );
  const format = (value: number): string => percent(value, 0);
  return html`<h3>Each client over the rounds</h3>
    <p class="note">A row for each client, a column for each evaluation, by the strategy’s own rule.</p>
    ${heatKey(domain, format)}
    <div class="charts small">${runs.map((run, index) => heatFigure(run, { index, clients, domain }))}</div>`;
}

function heatFigure(
  run: ShownRun,
  at: {
    readonly index: number;
    readonly clients: readonly ReportClient[];
    readonly domain: readonly [number, number];
  },
): Html {
  const { index, clients, domain } = at;
  const most = Math.max(12, Math.min(chartWidths.narrow / 3, Math.floor(MOST_CELLS / clients.length)));
  const records = thinOut(run.history.evaluations, most);
  const id = `clients-heat-${index}`;
  return html`<figure class="chart" id="${id}">
    <figcaption><h4>${seriesKey(run.look)} ${run.label}</h4></figcaption>
    <div class="drawing narrow">
      ${
        records.length === 0
          ? emptyState('No evaluation yet.')
          : heatMap({
              id,
              title: `Accuracy of each client over the rounds: ${run.label}`,
              description: `${clients.length} clients, ${records.length} evaluations; the values are in the table.`,
              rows: clients.map((client) => client.id),
              columns: records.map(({ round }) => round),
              xLabel: 'Round',
              values: clients.map((client) => records.map((record) => clientAccuracy(record, client.id))),
              domain,
            })
      }
    </div>
    ${heatTable(run, clients)}
  </figure>`;
}

function heatTable(run: ShownRun, clients: readonly ReportClient[]): Html {
  const records = thinOut(run.history.evaluations, 11);
  return hiddenTable({
    caption: `Accuracy of each client over the rounds: ${run.label}`,
    note:
      records.length < run.history.evaluations.length
        ? `${records.length} of ${run.history.evaluations.length} evaluations.`
        : undefined,
    head: ['Client', ...records.map(({ round }) => `Round ${round}`)],
    rows: clients.map(({ id }) => [id, ...records.map((record) => percent(clientAccuracy(record, id), 0))]),
  });
}

function clientTable({ clients, runs, partition }: ShownInput): Html {
  const table = dataTable({
    caption: 'Clients, their models and their final accuracy',
    textColumns: [1],
    head: [
      'Client',
      'Model',
      'Parameters',
      ...(partition ? ['Training samples', 'Test samples'] : []),
      ...runs.map(({ label }) => html`${label} <span class="sub">final accuracy</span>`),
    ],
    rows: clients.map((client, i) => [
      client.id,
      client.model,
      integer(client.parameters),
      ...(partition ? [integer(partition.trainSizes[i]), integer(partition.testSizes[i])] : []),
      ...runs.map((run) => percent(finalOf(run, client.id))),
    ]),
  });
  return clients.length <= OPEN_TABLE
    ? table
    : html`<details>
        <summary>All ${plural(clients.length, 'client')}</summary>
        ${table}
      </details>`;
}

function finalOf(run: ShownRun, clientId: string): number | null {
  const last = lastEvaluation(run);
  return last === undefined ? null : clientAccuracy(last, clientId);
}

function byValue(a: number | null, b: number | null): number {
  return (a ?? 0) - (b ?? 0);
}
