import * as Plot from '@observablehq/plot';
import { html, type Html } from '../html/html.ts';
import { isNumber, shorten } from '../format/format.ts';
import { integerTicks } from './axis-ticks.ts';
import { chartWidths, type ChartWidth } from './figure.ts';
import { heatLevel } from './heat-level.ts';
import { heatColours } from './palette.ts';
import { plotSvg, type PlotText } from './plot-svg.ts';

export interface HeatMapOptions extends PlotText {
  readonly rows: readonly string[];
  /** Ascending; a cell reaches to the next one. */
  readonly columns: readonly number[];
  readonly xLabel: string;
  /** @defaultValue 'narrow' */
  readonly width?: ChartWidth;
  /** Shape [rows, columns]; null leaves the cell empty. */
  readonly values: readonly (readonly (number | null)[])[];
  /** Values of the lowest and the highest colour; what is outside takes the colour of the end. */
  readonly domain: readonly [number, number];
}

const SVG = 'http://www.w3.org/2000/svg';
const LEVELS = heatColours.length;

/** Rows of cells coloured by level; one path for each level, so that many cells stay few bytes. */
export function heatMap(options: HeatMapOptions): Html {
  const { rows, columns, values, domain, xLabel, width = 'narrow' } = options;
  const rowHeight = Math.min(20, Math.max(5, 240 / Math.max(1, rows.length)));
  const labelled = rowHeight >= 11 ? 1 : Math.ceil(11 / rowHeight);
  const marginLeft = 14 + 6.6 * Math.max(3, ...rows.map((row) => shorten(row, 12).length));
  const first = columns[0] ?? 0;
  const last = columns.at(-1) ?? 0;
  const step = columns.length > 1 ? columns[1] - columns[0] : 1;
  const [from, to] = [first - step / 2, last + step / 2];
  return plotSvg(options, {
    width: chartWidths[width],
    height: rows.length * rowHeight + 46,
    marginTop: 6,
    marginBottom: 40,
    marginLeft,
    marginRight: 8,
    x: { domain: [from, to] },
    y: { type: 'band', domain: rows.map((_, i) => i), padding: rowHeight > 8 ? 0.1 : 0 },
    marks: [
      Plot.axisY({
        tickSize: 0,
        label: null,
        fill: 'var(--muted)',
        ticks: rows.map((_, i) => i).filter((i) => i % labelled === 0),
        tickFormat: (i: number) => shorten(rows[i], 12),
      }),
      Plot.axisX({
        ticks: integerTicks(first, last, 6),
        tickFormat: String,
        tickSize: 4,
        label: xLabel,
        labelArrow: 'none',
        labelAnchor: 'center',
        fill: 'var(--muted)',
        stroke: 'var(--line)',
      }),
      cells(values, { columns, domain, to }),
    ],
  });
}

/** The key of a heat map's colours. */
export function heatKey([low, high]: readonly [number, number], format: (value: number) => string): Html {
  return html`<p class="heat-key">
    <span>${format(low)}${low > 0 && ' or less'}</span>${heatColours.map(
      (_, i) => html`<i style="background:var(--heat-${i})"></i>`,
    )}<span>${format(high)}</span>
  </p>`;
}

function cells(
  values: HeatMapOptions['values'],
  at: {
    readonly columns: readonly number[];
    readonly domain: readonly [number, number];
    readonly to: number;
  },
): Plot.Markish {
  return (_index, scales, _values, _dimensions, context) => {
    const x = scales.x as (value: number) => number;
    const y = scales.y as ((value: number) => number) & { bandwidth(): number };
    const edges = at.columns.map((column, i) =>
      x(i === 0 ? column - (at.to - at.columns.at(-1)!) : (column + at.columns[i - 1]) / 2),
    );
    edges.push(x(at.to));
    const paths = new Array<string>(LEVELS).fill('');
    values.forEach((row, i) => {
      const top = y(i).toFixed(1);
      const height = y.bandwidth().toFixed(1);
      const levels = row.map((value) => (isNumber(value) ? heatLevel(value, at.domain) : -1));
      for (let from = 0; from < levels.length;) {
        let end = from + 1;
        while (end < levels.length && levels[end] === levels[from]) end++;
        if (levels[from] >= 0) {
          const [left, right] = [edges[from].toFixed(1), edges[end].toFixed(1)];
          paths[levels[from]] += `M${left} ${top}H${right}v${height}H${left}z`;
        }
        from = end;
      }
    });
    const group = context.document.createElementNS(SVG, 'g');
    paths.forEach((path, level) => {
      if (path === '') return;
      const element = context.document.createElementNS(SVG, 'path');
      element.setAttribute('fill', `var(--heat-${level})`);
      element.setAttribute('d', path);
      group.append(element);
    });
    return group;
  };
}
