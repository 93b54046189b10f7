import { thinOut } from '../chart/thin-out.ts';
import { dataTable } from '../html/data-table.ts';
import { html, type Html } from '../html/html.ts';
import { compact, integer, MISSING, plural } from '../format/format.ts';
import type { ReportInput, ReportRun } from './report-input.ts';
import type { Section } from './section.ts';

const MOST_FAILURES = 200;
const MOST_ROUNDS = 61;

/** What went wrong, and what clients and server reported of each round. */
export function roundsSection({ runs }: ReportInput): Section {
  const failures = runs.flatMap((run) =>
    run.history.rounds.flatMap((record) =>
      Object.entries(record.failed).map(([client, code]) => [run.label, record.round, client, code] as const),
    ),
  );
  const idle = runs.flatMap((run) => {
    const rounds = run.history.rounds.filter(
      ({ selected, contributed }) => selected.length > 0 && contributed.length === 0,
    );
    return rounds.length === 0 || run.summary.bytesUpPerClientRound === 0 ? [] : [{ run, rounds }];
  });
  return {
    id: 'rounds',
    title: 'Failures and rounds',
    body: html`${
      failures.length === 0
        ? html`<p>No client failed in any round.</p>`
        : html`<p>
              ${plural(failures.length, 'time')} a client did not answer or its upload was refused; the round
              went on without it.
            </p>
            ${dataTable({
              caption: 'Failed clients',
              textColumns: [2, 3],
              head: ['Strategy', 'Round', 'Client', 'Reason'],
              rows: failures.slice(0, MOST_FAILURES),
            })}${failures.length > MOST_FAILURES && html`<p class="note">And ${plural(failures.length - MOST_FAILURES, 'more failure')}.</p>`}`
    }
    ${idle.map(
      ({ run, rounds }) =>
        html`<p>
          ${run.label}: no client contributed in ${plural(rounds.length, 'round')} (first in round
          ${rounds[0].round}).
        </p>`,
    )}
    ${runs.map(roundTable)}`,
  };
}

function roundTable(run: ReportRun): Html {
  const { rounds } = run.history;
  if (rounds.length === 0) return html`<p class="note">${run.label} has no finished round.</p>`;
  const shown = thinOut(rounds, MOST_ROUNDS);
  const keys = (of: 'metrics' | 'serverMetrics'): string[] =>
    [...new Set(rounds.flatMap((record) => Object.keys(record[of])))].sort();
  const [clientKeys, serverKeys] = [keys('metrics'), keys('serverMetrics')];
  return html`<details>
    <summary>Rounds of ${run.label}</summary>
    ${shown.length < rounds.length && html`<p class="note">${shown.length} of ${rounds.length} rounds.</p>`}
    ${dataTable({
      caption: `Rounds of ${run.label}`,
      head: [
        'Round',
        'Selected',
        'Contributed',
        'Failed',
        'Bytes up',
        'Bytes down',
        ...clientKeys.map((key) => html`${key} <span class="sub">mean of clients</span>`),
        ...serverKeys.map((key) => html`${key} <span class="sub">server</span>`),
      ],
      rows: shown.map((record) => [
        record.round,
        record.selected.length,
        record.contributed.length,
        Object.keys(record.failed).length,
        integer(record.bytesUp),
        integer(record.bytesDown),
        ...clientKeys.map((key) => own(record.metrics, key)),
        ...serverKeys.map((key) => own(record.serverMetrics, key)),
      ]),
    })}
  </details>`;
}

function own(numbers: Readonly<Record<string, number>>, key: string): string {
  return Object.hasOwn(numbers, key) ? compact(numbers[key]) : MISSING;
}
