import { seriesKey } from '../chart/marker.ts';
import { dataTable } from '../html/data-table.ts';
import { html } from '../html/html.ts';
import { integer } from '../format/format.ts';
import { readableJson } from '../format/manifest-json.ts';
import type { ShownInput } from './shown-run.ts';
import { emptyState, type Section } from './section.ts';

/** All that a repetition needs: command, data, environment and the manifest of each run. */
export function repeatSection({ command, dataset, environment, runs, notes = [] }: ShownInput): Section {
  const facts: readonly (readonly [string, string])[] = [
    ['Data set', `${dataset.name}, ${integer(dataset.samples)} samples`],
    ...(dataset.source === undefined ? [] : [['Source of the data', dataset.source] as const]),
    ...(dataset.licence === undefined ? [] : [['Licence of the data', dataset.licence] as const]),
    ...Object.entries(environment),
  ];
  return {
    id: 'repeat',
    title: 'Repeat it',
    body: html`${
      command === undefined
        ? emptyState('The command was not recorded; the manifests below have all settings.')
        : html`<div class="command" data-copy>
            <pre><code>${command}</code></pre>
          </div>`
    }
    ${dataTable({ caption: 'Data and environment', className: 'facts-table', textColumns: [1], head: ['What', 'Value'], rows: facts })}
    ${
      notes.length > 0 &&
      html`<h3>Notes</h3>
        <ul>
          ${notes.map((note) => html`<li>${note}</li>`)}
        </ul>`
    }
    ${runs.map(
      (run) =>
        html`<details>
          <summary>${seriesKey(run.look)} Manifest of ${run.label}</summary>
          <pre><code>${readableJson(run.manifest)}</code></pre>
        </details> `,
    )}`,
  };
}
