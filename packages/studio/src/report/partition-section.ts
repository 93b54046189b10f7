import { bubbleChart } from '../chart/bubble-chart.ts';
import { heatKey, heatMap } from '../chart/heat-map.ts';
import { figure } from '../chart/figure.ts';
import { hiddenTable } from '../html/data-table.ts';
import { html, type Html } from '../html/html.ts';
import { integer, plural } from '../format/format.ts';
import type { ReportInput, ReportPartition } from './report-input.ts';
import { className, classCount, shortIds } from './report-names.ts';
import { emptyState, type Section } from './section.ts';

/** More clients or classes are drawn as cells: their bubbles would be dots. */
const MOST_BUBBLES = 40;

/** Which client has how many samples of which class. */
export function partitionSection(input: ReportInput): Section {
  const id = 'partition';
  const title = 'Partition';
  const { partition } = input;
  if (partition === undefined || partition.classCounts.length === 0) {
    return { id, title, body: emptyState('The partition was not recorded.') };
  }
  const classes = Array.from({ length: classCount(input) }, (_, label) => className(input, label));
  const ids = input.clients.map((client) => client.id);
  const counts = partition.classCounts.map((row) => classes.map((_, label) => row[label] ?? 0));
  return {
    id,
    title,
    body: html`${summary(partition, counts)}
      <div class="charts">${chart({ ids, classes, counts, partition })}</div>`,
  };
}

function chart(grid: {
  readonly ids: readonly string[];
  readonly classes: readonly string[];
  readonly counts: readonly (readonly number[])[];
  readonly partition: ReportPartition;
}): Html {
  const { ids, classes, counts, partition } = grid;
  const largest = Math.max(1, ...counts.flat());
  const dense = Math.max(ids.length, classes.length) > MOST_BUBBLES;
  const title = 'Training samples by client and class';
  const text = {
    title,
    description: `${plural(ids.length, 'client')} and ${plural(classes.length, 'class', 'classes')}; a client has samples of ${range(counts.map(classesOf))} classes.`,
    xLabel: 'Client',
    rows: classes,
  };
  return figure(
    {
      id: 'partition-classes',
      title,
      note: dense
        ? 'The colour goes with the square root of the number of samples; no colour is none. Clients are numbered in their order.'
        : html`The area of a bubble is the number of samples; the largest is ${integer(largest)}.`,
      legend: dense && heatKey([0, largest], integer),
      table: hiddenTable({
        caption: title,
        head: ['Client', ...classes, 'Training', 'Test'],
        rows: ids.map((client, i) => [
          client,
          ...counts[i].map((count) => integer(count)),
          integer(partition.trainSizes[i]),
          integer(partition.testSizes[i]),
        ]),
      }),
    },
    (width) => {
      const id = `partition-classes-${width}`;
      if (!dense) return bubbleChart({ ...text, id, width, columns: shortIds(ids), values: counts });
      const values = classes.map((_, label) =>
        counts.map((row) => (row[label] > 0 ? Math.sqrt(row[label]) : null)),
      );
      const columns = ids.map((_, i) => i);
      return heatMap({ ...text, id, width, columns, values, domain: [0, Math.sqrt(largest)] });
    },
  );
}

function summary(partition: ReportPartition, counts: readonly (readonly number[])[]): Html {
  const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
  const absent = counts[0].filter((_, label) => counts.every((row) => row[label] === 0)).length;
  return html`<p>
    <strong>${partition.kind}</strong>: ${plural(sum(partition.trainSizes), 'training sample')} and
    ${plural(sum(partition.testSizes), 'test sample')} on ${plural(counts.length, 'client')}; a client has
    ${range(partition.trainSizes)} training samples of ${range(counts.map(classesOf))} of the
    ${plural(counts[0].length, 'class', 'classes')}.${
      absent > 0 &&
      ` ${absent === 1 ? 'One class has' : `${absent} classes have`} no training sample anywhere.`
    }
  </p>`;
}

function classesOf(row: readonly number[]): number {
  return row.filter((count) => count > 0).length;
}

function range(values: readonly number[]): string {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  if (least > most) return '0';
  return least === most ? integer(least) : `${integer(least)} to ${integer(most)}`;
}
