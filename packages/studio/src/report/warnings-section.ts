import { summariseWarnings } from '@protonorm/protocol';
import { seriesKey } from '../chart/marker.ts';
import { dataTable } from '../html/data-table.ts';
import { html } from '../html/html.ts';
import { plural } from '../format/format.ts';
import type { ShownInput } from './shown-run.ts';
import type { Section } from './section.ts';

/** What the strategies warned of, with the way out; without warnings there is no such section. */
export function warningsSection({ runs }: ShownInput): readonly Section[] {
  const warned = runs.flatMap((run) =>
    summariseWarnings(run.history.rounds).map((warning) => ({ run, ...warning })),
  );
  if (warned.length === 0) return [];
  const others = runs.filter(({ label }) => !warned.some(({ run }) => run.label === label));
  return [
    {
      id: 'warnings',
      title: 'Warnings',
      body: html`${dataTable({
          caption: 'Warnings of each strategy',
          className: 'warnings',
          textColumns: [1, 5],
          head: ['Strategy', 'Warning', 'First round', 'Last round', 'Rounds', 'Cause and remedy'],
          rows: warned.map(({ run, code, firstRound, lastRound, rounds, message }) => [
            html`${seriesKey(run.look)} ${run.label}`,
            html`<code>${code}</code>`,
            firstRound + 1,
            lastRound + 1,
            html`${rounds} of ${run.history.rounds.length}`,
            message,
          ]),
        })}
        <p class="note">
          Rounds of training count from 1. The message is that of the first
          round.${others.length > 0 && ` ${plural(others.length, 'other run')} had no warning.`}
        </p>`,
    },
  ];
}
