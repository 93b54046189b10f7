import { lineChart, type LineSeries } from '../chart/line-chart.ts';
import { thinOut } from '../chart/thin-out.ts';
import { measureTable, type MeasuredTable } from '../geometry/geometry-series.ts';
import { mainTable, tableLabel, type UsableTables } from '../geometry/usable-tables.ts';
import { hiddenTable } from '../html/data-table.ts';
import { html, type Html } from '../html/html.ts';
import { compact, decimal, integer, isNumber, list, plural } from '../format/format.ts';
import type { ShownInput } from './shown-run.ts';
import { emptyState, type Section } from './section.ts';

/** One table of one run over the rounds. */
interface Track {
  readonly run: string;
  readonly look: number;
  readonly label: string;
  /** Not what went down to the clients. */
  readonly secondary: boolean;
  readonly measured: readonly MeasuredTable[];
}

interface Bound {
  readonly degrees: number;
  readonly classes: number;
  readonly dim: number;
}

const DEGREES = 180 / Math.PI;

/** How the prototypes lie in space, round by round. */
export function geometrySection({ runs }: ShownInput, tables: readonly UsableTables[]): Section {
  const id = 'geometry';
  const title = 'Prototype geometry';
  const tracks = runs.flatMap((run, index) =>
    tables[index].names.map((name): Track => ({
      run: run.label,
      look: run.look,
      label: name === 'aggregated' ? 'before alignment' : tableLabel(name, tables[index]),
      secondary: name !== mainTable(tables[index]),
      measured: measureTable(tables[index], name),
    })),
  );
  if (tracks.length === 0) return { id, title, body: emptyState('No run has prototypes.') };
  const without = runs.filter((_, i) => tables[i].names.length === 0).map(({ label }) => label);
  const thinned = runs.filter((_, i) => tables[i].thinned).map(({ label }) => label);
  const broken = runs.flatMap(({ label }, i) => tables[i].broken.map((problem) => ({ label, ...problem })));
  return {
    id,
    title,
    body: html`<p>
        Solid lines are the prototypes that went down to the
        clients${
          tracks.some(({ secondary }) => secondary) && ', dotted ones those before alignment'
        }.${without.length > 0 && ` Without prototypes: ${list(without)}.`}${
          thinned.length > 0 && ` Of ${list(thinned)} not every round is measured, there are too many.`
        }
      </p>
      ${broken.length > 0 && html`<div class="alert"><p>${plural(broken.length, 'table')} left out. ${broken[0].label}, round ${broken[0].round}: ${broken[0].reason}</p></div>`}
      <div class="charts">${angleChart(tracks)}${normChart(tracks)}${driftChart(tracks)}</div>`,
  };
}

function angleChart(tracks: readonly Track[]): Html {
  const bounds = boundsOf(tracks);
  const degrees = ({ geometry }: MeasuredTable): number | null =>
    geometry.smallestAngleRad === null ? null : geometry.smallestAngleRad * DEGREES;
  const largest = Math.max(1, ...valuesOf(tracks, degrees), ...bounds.map((bound) => bound.degrees));
  return chartOf(tracks, degrees, {
    id: 'geometry-angle',
    title: 'Smallest angle between two prototypes',
    note: html`In degrees; the wider, the better are the two closest classes told apart.
    ${
      bounds.length > 0 &&
      `No arrangement has more than ${list(bounds.map((bound) => `${decimal(bound.degrees, 1)}° (largest cosine ${decimal(Math.cos(bound.degrees / DEGREES), 3)}) for ${plural(bound.classes, 'class', 'classes')} in ${integer(bound.dim)} dimensions`))}.`
    }`,
    format: (value) => `${compact(value)}°`,
    domain: [0, largest * 1.12],
    references: bounds
      .slice(0, 2)
      .map((bound) => ({ y: bound.degrees, label: `bound for ${bound.classes} classes` })),
    cell: (table) => `${decimal(degrees(table), 1)}° (cos ${decimal(table.geometry.maxCosine, 3)})`,
  });
}

function normChart(tracks: readonly Track[]): Html {
  const norm = ({ geometry }: MeasuredTable): number | null => geometry.norms?.mean ?? null;
  const positive = valuesOf(tracks, norm).filter((value) => value > 0);
  const least = Math.min(...positive);
  const most = Math.max(...positive);
  const log = positive.length > 0 && most / least > 20;
  return chartOf(tracks, (table) => (log && norm(table) === 0 ? null : norm(table)), {
    id: 'geometry-norm',
    title: 'Mean norm of the prototypes',
    note: html`Length of the vectors as they are${log && ', on a logarithmic axis'}; the table has the range.`,
    format: compact,
    domain: log ? [least / 1.5, most * 1.5] : [0, (positive.length > 0 ? most : 1) * 1.08],
    log,
    cell: ({ geometry }) =>
      geometry.norms === null
        ? '–'
        : `${compact(geometry.norms.mean)} (${compact(geometry.norms.min)} to ${compact(geometry.norms.max)})`,
  });
}

function driftChart(tracks: readonly Track[]): Html {
  const degrees = ({ drift }: MeasuredTable): number | null =>
    drift === null || drift.classes.length === 0 ? null : drift.meanAngleRad * DEGREES;
  const values = valuesOf(tracks, degrees);
  if (values.length === 0) {
    return html`<figure class="chart" id="geometry-drift">
      <figcaption><h3>Drift between rounds</h3></figcaption>
      ${emptyState('Drift needs the prototypes of two rounds.')}
    </figure>`;
  }
  return chartOf(tracks, degrees, {
    id: 'geometry-drift',
    title: 'Drift between rounds',
    note: html`Mean angle, in degrees, between a class’s prototype and the one of the round before.`,
    format: (value) => `${compact(value)}°`,
    domain: [0, Math.max(1, ...values) * 1.06],
    cell: (table) => `${decimal(degrees(table), 2)}°`,
  });
}

function chartOf(
  tracks: readonly Track[],
  valueOf: (table: MeasuredTable) => number | null,
  options: {
    readonly id: string;
    readonly title: string;
    readonly note: Html;
    readonly format: (value: number) => string;
    readonly domain: readonly [number, number];
    readonly log?: boolean;
    readonly references?: readonly { readonly y: number; readonly label: string }[];
    readonly cell: (table: MeasuredTable) => string;
  },
): Html {
  const { id, title, note, format, domain, log, references, cell } = options;
  const rounds = [...new Set(tracks.flatMap(({ measured }) => measured.map(({ round }) => round)))].sort(
    (a, b) => a - b,
  );
  const shown = thinOut(rounds, 61);
  const nameOf = ({ run, label, secondary }: Track): string => (secondary ? `${run}, ${label}` : run);
  return lineChart(
    tracks.map(({ run, look, secondary, measured }): LineSeries => ({
      name: run,
      look,
      secondary,
      points: measured.map((table) => ({ x: table.round, y: valueOf(table) })),
    })),
    {
      id,
      title,
      note,
      description: `${title} by round. ${tracks
        .map((track) => `${nameOf(track)}: ${lastValue(track, valueOf, format)}`)
        .join('; ')}.`,
      xLabel: 'Round',
      yFormat: format,
      yDomain: domain,
      log,
      references,
      table: hiddenTable({
        caption: `${title} by round`,
        note: shown.length < rounds.length ? `${shown.length} of ${rounds.length} rounds.` : undefined,
        head: ['Round', ...tracks.map(nameOf)],
        rows: shown.map((round) => [
          round,
          ...tracks.map(({ measured }) => {
            const table = measured.find((candidate) => candidate.round === round);
            return table === undefined ? '–' : cell(table);
          }),
        ]),
      }),
    },
  );
}

function lastValue(
  { measured }: Track,
  valueOf: (table: MeasuredTable) => number | null,
  format: (value: number) => string,
): string {
  const value = measured.map(valueOf).findLast(isNumber);
  return value === undefined ? 'none' : `${format(value)} at the end`;
}

function valuesOf(
  tracks: readonly Track[],
  valueOf: (table: MeasuredTable) => number | null,
): readonly number[] {
  return tracks.flatMap(({ measured }) => measured.map(valueOf).filter(isNumber));
}

/** The bound for each number of classes and dimension at the ends of the tracks. */
function boundsOf(tracks: readonly Track[]): readonly Bound[] {
  const bounds = new Map<string, Bound>();
  for (const { measured } of tracks) {
    const last = measured.at(-1)?.geometry;
    if (last?.bound === undefined || last.bound === null) continue;
    const { dim } = last;
    const classes = last.classes - last.zeroClasses.length;
    bounds.set(`${classes} ${dim}`, { classes, dim, degrees: Math.acos(last.bound.cosine) * DEGREES });
  }
  return [...bounds.values()].sort((a, b) => a.degrees - b.degrees);
}
