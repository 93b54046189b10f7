import * as Plot from '@observablehq/plot';
import { ProtoNormError } from '@protonorm/tensor';
import { integerTicks, logTicks, roundStep } from '../chart/axis-ticks.ts';
import { chartKey, keyHeight } from '../chart/chart-key.ts';
import { markerSymbol } from '../chart/marker.ts';
import { seriesLook } from '../chart/palette.ts';
import { plotSvg } from '../chart/plot-svg.ts';
import { standaloneSvg } from '../chart/standalone-svg.ts';
import { thinTicks } from '../chart/thin-ticks.ts';
import { compact, integer, isNumber, percent, plural, points } from '../format/format.ts';

/** A point of a line. */
export interface LinePlotPoint {
  readonly x: number;
  /** Null leaves a gap. */
  readonly y: number | null;
  /** Half the length of its error bar, or half the height of the band there; null or left out = none. */
  readonly error?: number | null;
}

/** What a line plot shows. */
export interface LinePlotInput {
  readonly title: string;
  /** `log`: all x are > 0. */
  readonly x: { readonly label: string; readonly log?: boolean };
  /** `percent`: accuracies in 0..1, written as percentages. `log`: all y are > 0; bars that reach 0 are cut off. */
  readonly y: { readonly label: string; readonly percent?: boolean; readonly log?: boolean };
  /** Lines in the order of their colours, each ascending in x; at least one. */
  readonly series: readonly { readonly label: string; readonly points: readonly LinePlotPoint[] }[];
  /** How errors are shown: by bars at the points (for few of them), or by a band along the line. @defaultValue 'bars' */
  readonly errors?: 'bars' | 'bands';
  /** Horizontal lines to compare with. */
  readonly references?: readonly { readonly y: number; readonly label: string }[];
}

const WIDTH = 720;
const HEIGHT = 340;
const LEFT = 58;
const RIGHT = 24;
const BOTTOM = 48;
/** Horizontal distance between the bars of two lines at the same x. */
const STEP = 3;

interface Drawn {
  readonly x: number;
  readonly y: number;
  readonly from: number;
  readonly to: number;
  readonly error: number | null;
  readonly title: string;
}

/**
 * Draws lines with errors, over a linear or logarithmic axis, as an SVG file that stands alone.
 *
 * The vertical axis holds every point with its error and every reference, and need not begin at 0. The same input gives the
 * same bytes.
 *
 * @returns SVG, with the colours of light paper
 * @throws `invalid-argument` without lines, for an x that is not finite or not ascending, and for an x or y that is not above 0
 *   on a logarithmic axis
 * @example
 * ```ts
 * import { renderLinePlot } from '@protonorm/studio';
 *
 * const svg = renderLinePlot({
 *   title: 'Accuracy by message',
 *   x: { label: 'bytes', log: true },
 *   y: { label: 'accuracy', percent: true },
 *   series: [{ label: 'digits', points: [{ x: 100, y: 0.8, error: 0.02 }, { x: 1000, y: 0.9 }] }],
 *   references: [{ y: 0.75, label: 'alone' }],
 * });
 * svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"'); // => true
 * ```
 */
export function renderLinePlot(input: LinePlotInput): string {
  checkInput(input);
  const { title, x, y, series, references = [], errors = 'bars' } = input;
  const named = series.map(({ label }, look) => ({ name: label, look }));
  const key = { title, series: named, width: WIDTH };
  const lines = series.map(({ label, points }) => partsOf(points, (point) => tooltip(label, point, input)));
  const xDomain = xDomainOf(series);
  const yDomain = y.log
    ? logDomainOf([...lines.flat(2), ...references].map((drawn) => drawn.y))
    : yDomainOf(lines.flat(2), { references, percent: y.percent === true });
  const top = keyHeight(key) + 30;
  const svg = plotSvg(
    { id: 'lines', title, description: describe(input) },
    {
      width: WIDTH,
      height: HEIGHT + top,
      marginTop: top,
      marginBottom: BOTTOM,
      marginLeft: LEFT,
      marginRight: RIGHT,
      x: { domain: [...xDomain], type: x.log ? 'log' : 'linear', inset: 10 },
      y: { domain: [...yDomain], type: y.log ? 'log' : 'linear', clamp: true },
      marks: [
        chartKey(key),
        ...axes(input, { xDomain, yDomain }),
        ...references.map((reference) => referenceRule(reference.y)),
        ...lines.flatMap((parts, s) => (errors === 'bands' ? parts.flatMap((part) => band(part, s)) : [])),
        ...lines.flatMap((parts, s) =>
          parts
            .filter((part) => part.length > 1)
            .map((part) => line(part, { look: s, dx: errors === 'bars' ? offset(s, lines.length) : 0 })),
        ),
        ...lines.flatMap((parts, s) =>
          errors === 'bars' ? bars(parts.flat(), { look: s, of: lines.length }) : [],
        ),
        ...lines.flatMap((parts, s) => markers(parts, { look: s, of: lines.length, errors })),
        ...references.map((reference) => referenceLabel(reference, xDomain[1])),
      ],
    },
  );
  return standaloneSvg(svg);
}

function checkInput({ series, x, y, references = [] }: LinePlotInput): void {
  const bad = (message: string, received: unknown): ProtoNormError =>
    new ProtoNormError('invalid-argument', message, { received });
  if (series.length === 0) throw bad('A line plot needs a line.', series);
  for (const { label, points } of series) {
    const xs = points.map((point) => point.x);
    if (!xs.every((value) => Number.isFinite(value) && (!x.log || value > 0)))
      throw bad(`An x of '${label}' is not finite${x.log ? ', or not above 0' : ''}.`, xs);
    if (xs.some((value, i) => i > 0 && value <= xs[i - 1]))
      throw bad(`The x of '${label}' do not ascend.`, xs);
  }
  const ys = [...series.flatMap(({ points }) => points), ...references].map((point) => point.y);
  if (y.log && ys.some((value) => isNumber(value) && value <= 0))
    throw bad('A logarithmic axis needs values above 0.', ys);
}

function describe({ x, y, series }: LinePlotInput): string {
  return `${y.label} over ${x.label}${x.log ? ' (logarithmic)' : ''}: ${plural(series.length, 'line')}, ${series
    .map(({ label }) => label)
    .join(', ')}.`;
}

/** The pieces of a line between its gaps. */
function partsOf(
  points: readonly LinePlotPoint[],
  title: (point: LinePlotPoint) => string,
): readonly (readonly Drawn[])[] {
  const parts: Drawn[][] = [[]];
  for (const point of points) {
    const { x, y } = point;
    if (!isNumber(y)) {
      parts.push([]);
      continue;
    }
    const error = isNumber(point.error) ? Math.abs(point.error) : null;
    parts
      .at(-1)!
      .push({ x, y, error, from: y - (error ?? 0), to: y + (error ?? 0), title: title({ x, y, error }) });
  }
  return parts.filter((part) => part.length > 0);
}

function tooltip(label: string, { x, y, error }: LinePlotPoint, input: LinePlotInput): string {
  const value = input.y.percent ? percent(y) : compact(y);
  const spread = isNumber(error) ? ` ± ${input.y.percent ? points(error) : compact(error)}` : '';
  return `${label}, ${input.x.label} ${compact(x)}: ${value}${spread}`;
}

function xDomainOf(series: LinePlotInput['series']): readonly [number, number] {
  const xs = series.flatMap(({ points }) => points.map(({ x }) => x));
  if (xs.length === 0) return [1, 2];
  const [from, to] = [Math.min(...xs), Math.max(...xs)];
  return from < to ? [from, to] : from > 0 ? [from * 0.8, to * 1.25] : [from - 1, to + 1];
}

/** A range with round ends that holds everything; percentages stay in 0..1. */
function yDomainOf(
  drawn: readonly Drawn[],
  {
    references,
    percent,
  }: { readonly references: readonly { readonly y: number }[]; readonly percent: boolean },
): readonly [number, number] {
  const ends = [...drawn.flatMap(({ from, to }) => [from, to]), ...references.map(({ y }) => y)];
  if (ends.length === 0) return [0, 1];
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const range = most - least;
  const step = roundStep(Math.max(range / 5, percent ? 0.01 : Math.max(1e-9, Math.abs(most) * 1e-6)));
  const low = Math.floor(least / step + 1e-9) * step;
  const high = Math.ceil(most / step - 1e-9) * step;
  const [from, to] = high > low ? [low, high] : [low - step, high + step];
  return percent ? [Math.max(0, from), Math.min(1, Math.max(to, from + step))] : [from, to];
}

/** From a power of ten to another, around all values. */
function logDomainOf(values: readonly number[]): readonly [number, number] {
  if (values.length === 0) return [1, 10];
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const high = Math.ceil(Math.log10(Math.max(...values)) - 1e-9);
  return [10 ** low, 10 ** Math.max(high, low + 1)];
}

function axes(
  { x, y, series }: LinePlotInput,
  {
    xDomain: [first, last],
    yDomain: [low, high],
  }: { readonly xDomain: readonly [number, number]; readonly yDomain: readonly [number, number] },
): Plot.Markish[] {
  const place = x.log ? Math.log : (value: number): number => value;
  const wanted = [...new Set(series.flatMap(({ points }) => points.map((point) => point.x)))];
  // Where lines have the same few x, those; otherwise round numbers.
  const candidates =
    wanted.length <= 12
      ? wanted.sort((a, b) => a - b)
      : x.log
        ? logTicks(first, last)
        : integerTicks(Math.ceil(first), Math.floor(last), 11);
  const room = WIDTH - LEFT - RIGHT - 20;
  const span = place(last) - place(first);
  const ticks = thinTicks(candidates, {
    place: (value) => ((place(value) - place(first)) / span) * room,
    width: (value) => 7 * numberText(value).length + 10,
  });
  const yTicks = y.log ? logTicks(low, high) : 6;
  const decimals = Math.max(0, -Math.floor(Math.log10((high - low) / 5) + 1e-9) - (y.percent ? 2 : 0));
  return [
    Plot.gridY({ ticks: yTicks, stroke: 'var(--grid)', strokeOpacity: 1 }),
    Plot.axisY({
      ticks: yTicks,
      // Not `tickFormat`: on logarithmic axes that leaves texts out.
      text: (value: number) =>
        y.percent
          ? percent(value, decimals)
          : y.log
            ? numberText(value)
            : value.toFixed(decimals).replace('-', '−'),
      tickSize: 0,
      label: null,
      fill: 'var(--muted)',
    }),
    Plot.text([y.label], {
      frameAnchor: 'top-left',
      text: (text: string) => text,
      textAnchor: 'start',
      dx: 12 - LEFT,
      dy: -24,
      fill: 'var(--muted)',
    }),
    Plot.axisX({
      ticks,
      text: numberText,
      tickSize: 4,
      label: x.label,
      labelArrow: 'none',
      labelAnchor: 'center',
      fill: 'var(--muted)',
      stroke: 'var(--line)',
    }),
  ];
}

function numberText(value: number): string {
  return Number.isInteger(value) ? integer(value) : compact(value);
}

function referenceRule(y: number): Plot.Markish {
  return Plot.ruleY([y], { stroke: 'var(--ink)', strokeDasharray: '1 3', strokeWidth: 1.25 });
}

function referenceLabel(
  { y, label }: { readonly y: number; readonly label: string },
  last: number,
): Plot.Markish {
  return Plot.text([label], {
    x: last,
    y,
    text: (text: string) => text,
    textAnchor: 'end',
    dy: -8,
    fill: 'var(--ink)',
    stroke: 'var(--paper)',
    strokeWidth: 4,
  });
}

function band(part: readonly Drawn[], look: number): Plot.Markish[] {
  if (part.every(({ error }) => error === null)) return [];
  const { colour } = seriesLook(look);
  return [Plot.areaY(part, { x: 'x', y1: 'from', y2: 'to', fill: colour, fillOpacity: 0.14 })];
}

function line(
  part: readonly Drawn[],
  { look, dx }: { readonly look: number; readonly dx: number },
): Plot.Markish {
  const { colour, dash } = seriesLook(look);
  return Plot.line(part, { x: 'x', y: 'y', dx, stroke: colour, strokeWidth: 2, strokeDasharray: dash });
}

function bars(
  drawn: readonly Drawn[],
  { look, of }: { readonly look: number; readonly of: number },
): Plot.Markish[] {
  const barred = drawn.filter(({ error }) => error !== null);
  if (barred.length === 0) return [];
  const { colour } = seriesLook(look);
  const dx = offset(look, of);
  return [Plot.ruleX(barred, { x: 'x', y1: 'from', y2: 'to', dx, stroke: colour, strokeWidth: 1.75 })];
}

/** A marker at every point; along bands, where points are many, at the end of the line alone. */
function markers(
  parts: readonly (readonly Drawn[])[],
  { look, of, errors }: { readonly look: number; readonly of: number; readonly errors: 'bars' | 'bands' },
): Plot.Markish[] {
  if (parts.length === 0) return [];
  const { colour, marker } = seriesLook(look);
  const shown = errors === 'bars' ? parts.flat() : [parts.at(-1)!.at(-1)!];
  return [
    Plot.dot(shown, {
      x: 'x',
      y: 'y',
      dx: errors === 'bars' ? offset(look, of) : 0,
      r: 4.2,
      fill: colour,
      stroke: 'var(--paper)',
      strokeWidth: 0.75,
      symbol: markerSymbol(marker) as Plot.SymbolType,
      title: 'title',
    }),
  ];
}

/** Lines whose bars would lie on each other are moved apart a little. */
function offset(look: number, of: number): number {
  return (look - (of - 1) / 2) * Math.min(STEP, 12 / of);
}
