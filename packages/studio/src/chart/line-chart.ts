import * as Plot from '@observablehq/plot';
import { html, type Html, type HtmlValue } from '../html/html.ts';
import { isNumber, shorten } from '../format/format.ts';
import { integerTicks, logTicks } from './axis-ticks.ts';
import { chartWidths, figure, type ChartWidth, type Readout } from './figure.ts';
import { markerSymbol, seriesKey } from './marker.ts';
import { seriesLook } from './palette.ts';
import { plotSvg } from './plot-svg.ts';
import { endLabels } from './end-labels.ts';

export interface LineSeries {
  readonly name: string;
  /** Number of its colour, marker and dash. */
  readonly look: number;
  /** Ascending in x; a null leaves a gap. */
  readonly points: readonly { readonly x: number; readonly y: number | null }[];
  /** Thin, dotted and without label: something that belongs to a main series. */
  readonly secondary?: boolean;
}

export interface LineChartOptions {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly note?: HtmlValue;
  readonly table?: HtmlValue;
  readonly xLabel: string;
  readonly yFormat: (value: number) => string;
  readonly yDomain: readonly [number, number];
  readonly log?: boolean;
  /** Horizontal lines to compare with. */
  readonly references?: readonly { readonly y: number; readonly label: string }[];
}

const HEIGHT = { wide: 300, narrow: 240 } as const;
const TOP = 14;
const BOTTOM = 38;
const LEFT = 54;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Lines over rounds; labelled at their ends where there is room, by a legend where there is not. */
export function lineChart(series: readonly LineSeries[], options: LineChartOptions): Html {
  const named = series.filter(({ secondary }) => !secondary);
  const right = {
    wide: 26 + 6.7 * Math.max(4, ...named.map(({ name }) => shorten(name, 22).length)),
    narrow: 14,
  };
  const [from, to] = xDomain(series);
  return figure(
    {
      id: options.id,
      title: options.title,
      note: options.note,
      table: options.table,
      legend: html`<ul class="legend narrow-only">
        ${named.map(({ name, look }) => html`<li>${seriesKey(look)} ${name}</li>`)}
      </ul>`,
      readout: readoutOf(options, { from, to, right }),
    },
    (width) =>
      plotSvg(
        { ...options, id: `${options.id}-${width}` },
        {
          width: chartWidths[width],
          height: HEIGHT[width],
          marginTop: TOP,
          marginBottom: BOTTOM,
          marginLeft: LEFT,
          marginRight: right[width],
          x: { domain: [from, to] },
          y: { domain: [...options.yDomain], type: options.log ? 'log' : 'linear' },
          marks: marksOf(series, { options, width, domain: [from, to] }),
        },
      ),
  );
}

function readoutOf(
  options: LineChartOptions,
  { from, to, right }: { readonly from: number; readonly to: number; readonly right: Readout['right'] },
): Readout {
  return {
    label: options.xLabel,
    from,
    to,
    left: LEFT,
    right: { wide: chartWidths.wide - right.wide, narrow: chartWidths.narrow - right.narrow },
    top: TOP,
    bottom: { wide: HEIGHT.wide - BOTTOM, narrow: HEIGHT.narrow - BOTTOM },
  };
}

function marksOf(
  series: readonly LineSeries[],
  at: {
    readonly options: LineChartOptions;
    readonly width: ChartWidth;
    readonly domain: readonly [number, number];
  },
): Plot.Markish[] {
  const { options, width, domain } = at;
  const { yDomain, yFormat, xLabel, log, references = [] } = options;
  const last = domain[1];
  const first = domain[0];
  const ticks = integerTicks(Math.ceil(first), Math.floor(last), width === 'wide' ? 9 : 6);
  const yTicks = log ? logTicks(yDomain[0], yDomain[1]) : 5;
  const visible = series.map((line) => ({ line, parts: visibleParts(line.points, yDomain) }));
  const ends = visible
    .filter(({ line, parts }) => !line.secondary && parts.length > 0)
    .map(({ line, parts }) => ({ line, end: parts.at(-1)!.at(-1)! }));
  return [
    Plot.gridY({ ticks: yTicks, stroke: 'var(--grid)', strokeOpacity: 1 }),
    Plot.axisY({ ticks: yTicks, tickFormat: yFormat, tickSize: 0, label: null, fill: 'var(--muted)' }),
    Plot.axisX({
      ticks,
      tickFormat: String,
      tickSize: 4,
      label: xLabel,
      labelArrow: 'none',
      labelAnchor: 'center',
      fill: 'var(--muted)',
      stroke: 'var(--line)',
    }),
    ...references.map(({ y }) =>
      Plot.ruleY([y], { stroke: 'var(--ink)', strokeDasharray: '1 3', strokeWidth: 1.25 }),
    ),
    ...visible.flatMap(({ line, parts }) => parts.map((part) => lineMark(line, part))),
    ...ends.map(({ line, end }) => endMark(line, end)),
    ...references.map(({ y, label }) =>
      Plot.text([label], {
        x: last,
        y,
        text: (text: string) => text,
        textAnchor: 'end',
        dx: -8,
        dy: -8,
        fill: 'var(--ink)',
        stroke: 'var(--paper)',
        strokeWidth: 4,
      }),
    ),
    ...(width === 'wide'
      ? [endLabels(ends.map(({ line, end }) => ({ text: shorten(line.name, 22), y: end.y })))]
      : []),
  ];
}

function lineMark(line: LineSeries, part: readonly Point[]): Plot.Markish {
  const { colour, dash } = seriesLook(line.look);
  return Plot.line(part, {
    x: 'x',
    y: 'y',
    stroke: colour,
    strokeWidth: line.secondary ? 1.25 : 2,
    strokeDasharray: line.secondary ? '2 3' : dash,
  });
}

function endMark(line: LineSeries, end: Point): Plot.Markish {
  const { colour, marker } = seriesLook(line.look);
  return Plot.dot([end], {
    x: 'x',
    y: 'y',
    fill: colour,
    stroke: 'var(--paper)',
    strokeWidth: 1,
    r: 4.5,
    symbol: markerSymbol(marker) as Plot.SymbolType,
  });
}

/** The pieces of a line inside of a range of y, cut where it crosses the lower or upper edge. */
export function visibleParts(
  points: LineSeries['points'],
  [low, high]: readonly [number, number],
): readonly (readonly Point[])[] {
  const parts: Point[][] = [];
  let part: Point[] = [];
  const close = (): void => {
    if (part.length > 0) parts.push(part);
    part = [];
  };
  let previous: Point | undefined;
  for (const { x, y } of points) {
    if (!isNumber(y)) {
      close();
      previous = undefined;
      continue;
    }
    const point = { x, y };
    if (previous !== undefined) {
      const wasInside = inside(previous.y);
      if (wasInside !== inside(y)) {
        const edge = (wasInside ? y : previous.y) < low ? low : high;
        part.push({ x: previous.x + ((x - previous.x) * (edge - previous.y)) / (y - previous.y), y: edge });
      }
    }
    if (inside(y)) part.push(point);
    else close();
    previous = point;
  }
  close();
  return parts;

  function inside(y: number): boolean {
    return y >= low && y <= high;
  }
}

function xDomain(series: readonly LineSeries[]): readonly [number, number] {
  const xs = series.flatMap(({ points }) => points.map(({ x }) => x));
  if (xs.length === 0) return [0, 1];
  const from = xs.reduce((least, x) => Math.min(least, x));
  const to = xs.reduce((most, x) => Math.max(most, x));
  return from === to ? [from - 0.5, to + 0.5] : [from, to];
}
