import { lineChart } from '../chart/line-chart.ts';
import { thinOut } from '../chart/thin-out.ts';
import { hiddenTable } from '../html/data-table.ts';
import { html, type Html } from '../html/html.ts';
import { bytes, compact, integer, list } from '../format/format.ts';
import type { ShownInput, ShownRun } from './shown-run.ts';
import { emptyState, type Section } from './section.ts';

type Direction = 'bytesUp' | 'bytesDown';

/** Bytes of the encoded messages, added up over the rounds. */
export function trafficSection({ runs }: ShownInput): Section {
  const title = 'Traffic';
  const id = 'traffic';
  if (runs.every(({ history }) => history.rounds.length === 0)) {
    return { id, title, body: emptyState('No round is finished, so nothing was sent.') };
  }
  return {
    id,
    title,
    body: html`${comparison(runs)}
      <div class="charts">${chart(runs, 'bytesUp')}${chart(runs, 'bytesDown')}</div>`,
  };
}

function comparison(runs: readonly ShownRun[]): Html | null {
  const totals = runs
    .map((run) => ({ run, total: totalOf(run, 'bytesUp') + totalOf(run, 'bytesDown') }))
    .filter(({ total }) => total > 0)
    .sort((a, b) => a.total - b.total);
  const silent = runs.filter((run) => totalOf(run, 'bytesUp') + totalOf(run, 'bytesDown') === 0);
  const least = totals.at(0);
  const most = totals.at(-1);
  return html`<p>
    ${
      least !== undefined &&
      most !== undefined &&
      (least === most
        ? `${least.run.label} sends ${bytes(least.total)} in all, up and down, over all clients and rounds. `
        : `Over all clients and rounds, up and down, ${least.run.label} sends the least, ${bytes(least.total)}, and ${most.run.label} the most, ${bytes(most.total)}${
            most.total / least.total < 1.5
              ? ''
              : `: ${compact(Number((most.total / least.total).toPrecision(2)))} times as much`
          }. `)
    }${silent.length > 0 && `${list(silent.map(({ label }) => label))} ${silent.length === 1 ? 'sends' : 'send'} nothing.`}
  </p>`;
}

function chart(runs: readonly ShownRun[], direction: Direction): Html {
  const up = direction === 'bytesUp';
  const title = up ? 'Sent up by the clients' : 'Sent down to the clients';
  const series = runs.map((run) => ({ name: run.label, look: run.look, points: cumulative(run, direction) }));
  const sent = series.filter(({ points }) => (points.at(-1)?.y ?? 0) > 0);
  const id = up ? 'traffic-up' : 'traffic-down';
  if (sent.length === 0) {
    return html`<figure class="chart" id="${id}">
      <figcaption><h3>${title}</h3></figcaption>
      ${emptyState('Nothing was sent in this direction.')}
    </figure>`;
  }
  const ends = sent.map(({ points }) => points.at(-1)!.y);
  const most = Math.max(...ends);
  const log = most / Math.min(...ends) > 8;
  const firsts = sent.map(({ points }) => points.find(({ y }) => y > 0)!.y);
  return lineChart(
    (log ? sent : series).map((line) => ({
      ...line,
      points: log ? line.points.map(({ x, y }) => ({ x, y: y > 0 ? y : null })) : line.points,
    })),
    {
      id,
      title,
      description: `Bytes added up over rounds. ${series.map(({ name, points }) => `${name}: ${bytes(points.at(-1)?.y ?? 0)}`).join('; ')}.`,
      note: html`Bytes of all clients, added up over the
      rounds${log && ', on a logarithmic axis'}.${
        log &&
        sent.length < series.length &&
        ` Not drawn, because it is 0: ${list(series.filter((line) => !sent.includes(line)).map(({ name }) => name))}.`
      }`,
      xLabel: 'Rounds of training',
      yFormat: roundBytes,
      yDomain: log
        ? [10 ** Math.floor(Math.log10(Math.min(...firsts))), 10 ** Math.ceil(Math.log10(most))]
        : [0, most * 1.05],
      log,
      table: table(runs, direction, title),
    },
  );
}

/** Bytes of a tick: 2.5 GB, not 2.50 GB. */
function roundBytes(value: number): string {
  return bytes(value).replace(/\.(\d*?)0+ /, (_, digits: string) => (digits === '' ? ' ' : `.${digits} `));
}

/** Bytes after 0, 1, 2, ... rounds. */
function cumulative(run: ShownRun, direction: Direction): { x: number; y: number }[] {
  let y = 0;
  return [
    { x: run.history.rounds[0]?.round ?? 0, y },
    ...run.history.rounds.map((record) => ({ x: record.round + 1, y: (y += record[direction]) })),
  ];
}

function table(runs: readonly ShownRun[], direction: Direction, title: string): Html {
  const sums = runs.map((run) => new Map(cumulative(run, direction).map(({ x, y }) => [x, y])));
  const rounds = [...new Set(sums.flatMap((sum) => [...sum.keys()]))].sort((a, b) => a - b);
  const shown = thinOut(rounds, 61);
  return hiddenTable({
    caption: `${title}: bytes added up over the rounds`,
    note: shown.length < rounds.length ? `${shown.length} of ${rounds.length} rounds.` : undefined,
    head: ['Rounds', ...runs.map(({ label }) => label)],
    rows: shown.map((round) => [round, ...sums.map((sum) => integer(sum.get(round)))]),
  });
}

function totalOf(run: ShownRun, direction: Direction): number {
  return run.history.rounds.reduce((sum, record) => sum + record[direction], 0);
}
