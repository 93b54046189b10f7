import { shorten } from '../format/format.ts';
import { html, type Html, type HtmlValue } from '../html/html.ts';
import { dotMarks } from './dot-marks.ts';
import { chartWidths, figure, type ChartWidth } from './figure.ts';
import { seriesKey } from './marker.ts';
import { plotSvg, type PlotText } from './plot-svg.ts';

export interface DotPlotOptions extends PlotText {
  readonly note?: HtmlValue;
  readonly table?: HtmlValue;
  readonly rows: readonly string[];
  /** The same for narrow pages. */
  readonly shortRows: readonly string[];
  readonly series: readonly { readonly name: string; readonly look: number }[];
  /** Shape [series, rows]; null = no dot. */
  readonly values: readonly (readonly (number | null)[])[];
  readonly xDomain: readonly [number, number];
  readonly xFormat: (value: number) => string;
}

const ROW = 26;
/** Vertical distance between markers of a row, so that equal values stay apart. */
const STEP = 3;

/** A row for each client, a marker for each strategy. */
export function dotPlot(options: DotPlotOptions): Html {
  const { rows, series, values, xDomain, xFormat } = options;
  const draw = (width: ChartWidth): Html => {
    const shown =
      width === 'wide'
        ? rows.map((row) => shorten(row, 24))
        : options.shortRows.map((row) => shorten(row, 12));
    return plotSvg(
      { ...options, id: `${options.id}-${width}` },
      {
        width: chartWidths[width],
        height: rows.length * ROW + 44,
        marginTop: 4,
        marginBottom: 38,
        marginLeft: 12 + 6.6 * Math.max(4, ...shown.map((row) => row.length)),
        marginRight: 16,
        x: { domain: [...xDomain] },
        y: { type: 'band', domain: rows.map((_, i) => i) },
        marks: dotMarks({
          rows,
          shown,
          series,
          values,
          xDomain,
          xFormat,
          step: Math.min(STEP, 16 / series.length),
        }),
      },
    );
  };
  return figure(
    {
      id: options.id,
      title: options.title,
      note: options.note,
      table: options.table,
      legend: html`<ul class="legend">
        ${series.map(({ name, look }) => html`<li>${seriesKey(look)} ${name}</li>`)}
      </ul>`,
    },
    draw,
  );
}
