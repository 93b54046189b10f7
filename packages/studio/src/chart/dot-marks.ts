import * as Plot from '@observablehq/plot';
import { isNumber } from '../format/format.ts';
import { markerSymbol } from './marker.ts';
import { seriesLook } from './palette.ts';

export interface DotMarksOptions {
  /** Names of the rows, whole. */
  readonly rows: readonly string[];
  /** The same as they are shown at the axis. */
  readonly shown: readonly string[];
  readonly series: readonly { readonly name: string; readonly look: number }[];
  /** Shape [series, rows]; null = no dot. */
  readonly values: readonly (readonly (number | null)[])[];
  /** Shape [series, rows]: half the length of the bar through a dot; null = no bar. */
  readonly errors?: readonly (readonly (number | null)[])[];
  readonly xDomain: readonly [number, number];
  readonly xFormat: (value: number) => string;
  /** Of a dot in its tooltip; by default as the axis. */
  readonly valueFormat?: (value: number, error: number | null) => string;
  /** Vertical distance between the markers of a row, so that equal values stay apart. */
  readonly step: number;
}

/** Rows of dots, a marker for each series, with their axes; the scales are linear in x and a band of row indices in y. */
export function dotMarks(options: DotMarksOptions): Plot.Markish[] {
  const { rows, shown, series, values, errors, xDomain, xFormat, step } = options;
  const { valueFormat = xFormat } = options;
  const [low, high] = xDomain;
  const dots = series.map(({ name }, s) =>
    rows.flatMap((row, i) => {
      const value = values[s][i];
      if (!isNumber(value)) return [];
      const error = errors?.[s][i] ?? null;
      return [
        {
          i,
          value: Math.max(low, value),
          from: Math.max(low, value - (error ?? 0)),
          to: Math.min(high, value + (error ?? 0)),
          error,
          title: `${name}, ${row}: ${valueFormat(value, error)}`,
        },
      ];
    }),
  );
  const indices = rows.map((_, i) => i);
  return [
    Plot.gridX({ ticks: 5, stroke: 'var(--grid)', strokeOpacity: 1 }),
    Plot.ruleY(indices, { y: (i: number) => i, stroke: 'var(--grid)' }),
    Plot.axisY({ tickSize: 0, label: null, fill: 'var(--muted)', tickFormat: (i: number) => shown[i] }),
    Plot.axisX({ ticks: 5, tickFormat: xFormat, tickSize: 0, label: null, fill: 'var(--muted)' }),
    ...series.flatMap(({ look }, s) => {
      const { colour, marker } = seriesLook(look);
      const dy = (s - (series.length - 1) / 2) * step;
      const bars = dots[s].filter(({ error }) => error !== null);
      return [
        ...(bars.length > 0
          ? [Plot.ruleY(bars, { y: 'i', x1: 'from', x2: 'to', dy, stroke: colour, strokeWidth: 1.75 })]
          : []),
        Plot.dot(dots[s], {
          x: 'value',
          y: 'i',
          dy,
          r: 4.2,
          fill: colour,
          stroke: 'var(--paper)',
          strokeWidth: 0.75,
          symbol: markerSymbol(marker) as Plot.SymbolType,
          title: 'title',
        }),
      ];
    }),
  ];
}
