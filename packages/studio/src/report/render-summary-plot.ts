import { ProtoNormError } from '@protonorm/tensor';
import { roundStep } from '../chart/axis-ticks.ts';
import { chartKey, keyHeight } from '../chart/chart-key.ts';
import { dotMarks } from '../chart/dot-marks.ts';
import { plotSvg } from '../chart/plot-svg.ts';
import { standaloneSvg } from '../chart/standalone-svg.ts';
import { isNumber, percent, plural, points, shorten } from '../format/format.ts';

/** What a summary plot shows. */
export interface SummaryPlotInput {
  readonly title: string;
  /** Rows, such as data sets; at least one. */
  readonly cases: readonly string[];
  /** A marker each, in the order of their colours. */
  readonly strategies: readonly {
    readonly label: string;
    /** Accuracy in 0..1 for each case, and half the length of its error bar; null = no dot, no bar. */
    readonly values: readonly ({ readonly mean: number; readonly error: number | null } | null)[];
  }[];
}

const WIDTH = 720;
const STEP = 8;

/**
 * Draws the accuracies of several strategies in several cases, with error bars, as an SVG file that stands alone.
 *
 * The axis reaches from below the lowest bar to above the highest one, so that it need not begin at 0. The same input gives
 * the same bytes.
 *
 * @returns SVG, with the colours of light paper
 * @throws `invalid-argument` without cases, or when a strategy has not one value for each case
 * @example
 * ```ts
 * import { renderSummaryPlot } from '@protonorm/studio';
 *
 * const svg = renderSummaryPlot({
 *   title: 'Accuracy',
 *   cases: ['digits', 'letters'],
 *   strategies: [
 *     { label: 'alone', values: [{ mean: 0.9, error: 0.01 }, null] },
 *     { label: 'together', values: [{ mean: 0.95, error: 0.01 }, { mean: 0.8, error: null }] },
 *   ],
 * });
 * svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"'); // => true
 * ```
 */
export function renderSummaryPlot({ title, cases, strategies }: SummaryPlotInput): string {
  const uneven = strategies.find(({ values }) => values.length !== cases.length);
  if (cases.length === 0 || uneven !== undefined) {
    throw new ProtoNormError(
      'invalid-argument',
      'A summary plot needs cases, and a value for each of them.',
      {
        received: { cases: cases.length, ...(uneven && { [uneven.label]: uneven.values.length }) },
        hint: 'Give null where there is no value.',
      },
    );
  }
  const shown = cases.map((name) => shorten(name, 28));
  const series = strategies.map(({ label }, look) => ({ name: label, look }));
  const key = { title, series, width: WIDTH };
  const domain = domainOf(strategies.flatMap(({ values }) => values));
  const rowHeight = Math.max(34, STEP * (strategies.length + 2));
  const description = `Accuracy of ${plural(strategies.length, 'strategy', 'strategies')} in ${plural(cases.length, 'case')}: a row for each case, a marker for each strategy, with error bars.`;
  const svg = plotSvg(
    { id: 'summary', title, description },
    {
      width: WIDTH,
      height: keyHeight(key) + cases.length * rowHeight + 40,
      marginTop: keyHeight(key),
      marginBottom: 36,
      marginLeft: 18 + 6.8 * Math.max(4, ...shown.map((name) => name.length)),
      marginRight: 24,
      x: { domain: [...domain] },
      y: { type: 'band', domain: cases.map((_, i) => i) },
      marks: [
        chartKey(key),
        ...dotMarks({
          rows: cases,
          shown,
          series,
          values: strategies.map(({ values }) => values.map((value) => value?.mean ?? null)),
          errors: strategies.map(({ values }) => values.map((value) => value?.error ?? null)),
          xDomain: domain,
          xFormat: (value) => percent(value, domain[1] - domain[0] < 0.05 ? 1 : 0),
          valueFormat: (value, error) => `${percent(value)}${error === null ? '' : ` ± ${points(error)}`}`,
          step: STEP,
        }),
      ],
    },
  );
  return standaloneSvg(svg);
}

/** A range with round ends that holds every dot with its bar. */
function domainOf(
  values: readonly ({ readonly mean: number; readonly error: number | null } | null)[],
): readonly [number, number] {
  const ends = values.flatMap((value) =>
    value !== null && isNumber(value.mean)
      ? [value.mean - (value.error ?? 0), value.mean + (value.error ?? 0)]
      : [],
  );
  if (ends.length === 0) return [0, 1];
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const step = roundStep(Math.max(0.01, (most - least) / 5));
  const low = Math.max(0, Math.floor(least / step + 1e-9) * step);
  const high = Math.min(1, Math.ceil(most / step - 1e-9) * step);
  return high > low ? [low, high] : [Math.max(0, low - step), Math.min(1, high + step)];
}
