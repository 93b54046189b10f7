import * as Plot from '@observablehq/plot';
import { integer, shorten } from '../format/format.ts';
import type { Html } from '../html/html.ts';
import { chartWidths, type ChartWidth } from './figure.ts';
import { plotSvg, type PlotText } from './plot-svg.ts';

export interface BubbleChartOptions extends PlotText {
  readonly width: ChartWidth;
  /** Across. */
  readonly columns: readonly string[];
  readonly xLabel: string;
  /** Down. */
  readonly rows: readonly string[];
  /** Not negative, shape [columns, rows]; the area of a bubble. */
  readonly values: readonly (readonly number[])[];
}

/** A grid of bubbles whose areas are the values. */
export function bubbleChart(options: BubbleChartOptions): Html {
  const { width, columns, rows, values } = options;
  const length = width === 'wide' ? 18 : 12;
  const names = rows.map((row) => shorten(row, length));
  const marginLeft = 12 + 6.6 * Math.max(2, ...names.map((name) => name.length));
  const marginRight = 8;
  const columnWidth = (chartWidths[width] - marginLeft - marginRight) / columns.length;
  const rowHeight = Math.min(30, Math.max(7, columnWidth), Math.max(7, 420 / rows.length));
  const headings = columns.map((column) => shorten(column, 14));
  const upright = Math.max(...headings.map((heading) => heading.length)) * 6.6 > columnWidth - 4;
  const marginBottom = upright ? 34 + 6.2 * Math.max(...headings.map((heading) => heading.length)) : 40;
  const cells = values.flatMap((column, x) => column.map((value, y) => ({ x, y, value })));
  const largest = cells.reduce((most, { value }) => Math.max(most, value), 0);
  const everyColumn = Math.ceil(12 / columnWidth);
  const everyRow = Math.ceil(11 / rowHeight);
  return plotSvg(options, {
    width: chartWidths[width],
    height: rows.length * rowHeight + 8 + marginBottom,
    marginLeft,
    marginRight,
    marginTop: 8,
    marginBottom,
    x: { type: 'band', domain: columns.map((_, i) => i), padding: 0 },
    y: { type: 'band', domain: rows.map((_, i) => i), padding: 0 },
    r: {
      domain: [0, Math.max(1, largest)],
      range: [0, Math.max(2, Math.min(columnWidth, rowHeight) / 2 - 0.5)],
    },
    marks: [
      Plot.ruleY(
        rows.map((_, i) => i),
        { y: (i: number) => i, stroke: 'var(--grid)' },
      ),
      Plot.ruleX(
        columns.map((_, i) => i),
        { x: (i: number) => i, stroke: 'var(--grid)' },
      ),
      Plot.axisY({
        tickSize: 0,
        label: null,
        fill: 'var(--muted)',
        ticks: rows.map((_, i) => i).filter((i) => i % everyRow === 0),
        tickFormat: (i: number) => names[i],
      }),
      Plot.axisX({
        tickSize: 0,
        label: options.xLabel,
        labelArrow: 'none',
        labelAnchor: 'center',
        fill: 'var(--muted)',
        tickRotate: upright ? -90 : 0,
        ticks: columns.map((_, i) => i).filter((i) => i % everyColumn === 0),
        tickFormat: (i: number) => headings[i],
      }),
      Plot.dot(
        cells.filter(({ value }) => value > 0),
        {
          x: 'x',
          y: 'y',
          r: 'value',
          fill: 'var(--series-0)',
          title: ({ x, y, value }: (typeof cells)[number]) => `${columns[x]}, ${rows[y]}: ${integer(value)}`,
        },
      ),
    ],
  });
}
