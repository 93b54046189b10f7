import { mainTable, tableLabel } from '../../../geometry/usable-tables.ts';
import { compact, decimal, isNumber } from '../../../format/format.ts';
import { LiveLineChart } from '../chart/live-line-chart.ts';
import { heatLegend, matrixTable } from '../chart/matrix-table.ts';
import { element, setText } from '../dom/element.ts';
import type { Measured, Measurements } from '../measure/measure-client.ts';
import type { TableMeasure } from '../measure/table-measure.ts';
import { classLabel, type Section } from './section.ts';

/** With more classes, a matrix of numbers is no help; the table of the classes has the nearest of each. */
const MOST_CLASSES = 24;
const MOST_ROUNDS = 12;
const RIGHT_ANGLE = 90;

/** Angles between the prototypes, and how far each went. */
export function geometrySection(): Section {
  const angle = new LiveLineChart({
    title: 'Smallest angle between two prototypes',
    xLabel: 'Round',
    format: (value) => `${decimal(value, 1)}°`,
    tick: (value) => `${compact(value)}°`,
    empty: 'There are prototypes when the first round is finished.',
  });
  const drift = new LiveLineChart({
    title: 'Drift between rounds',
    xLabel: 'Round',
    format: (value) => `${decimal(value, 1)}°`,
    tick: (value) => `${compact(value)}°`,
    empty: 'Drift needs the prototypes of two rounds.',
  });
  const matrix = element('div');
  const matrixNote = element('p', { class: 'note' });
  const classDrift = element('div');
  const classDriftNote = element('p', { class: 'note' });
  const matrices = element(
    'div',
    { class: 'charts' },
    element('div', { class: 'panel' }, element('h3', {}, 'Angles between the classes'), matrixNote, matrix),
    element('div', { class: 'panel' }, element('h3', {}, 'Drift of each class'), classDriftNote, classDrift),
  );
  let drawn: TableMeasure | undefined;
  return {
    element: element(
      'section',
      {},
      element('h2', {}, 'Geometry'),
      element('div', { class: 'charts' }, angle.element, drift.element),
      matrices,
    ),
    update({ state, measurements }) {
      const names = [...measurements.byName.keys()];
      const main = mainTable({ names });
      const measured = main === undefined ? [] : measurements.byName.get(main)!;
      const last = measured.at(-1);
      const xDomain: readonly [number, number] = [1, Math.max(state.federation.rounds, 1)];
      updateAngle(angle, { measurements, names, xDomain, last });
      updateDrift(drift, { measured, xDomain });
      matrices.hidden = last === undefined;
      if (last === undefined || last === drawn) return;
      drawn = last;
      const labels = last.classes.map((label) => classLabel(state, label));
      const small = last.classes.length <= MOST_CLASSES;
      setText(
        matrixNote,
        small
          ? `In degrees, after round ${last.round + 1}; the stronger the colour, the closer two classes are.`
          : `${last.classes.length} classes are too many for a matrix; the table of the classes has the nearest of each.`,
      );
      matrix.replaceChildren(...(small ? [angleMatrix(last, labels), heatLegend('90° and more', '0°')] : []));
      const moved = last.drift.some(isNumber);
      setText(
        classDriftNote,
        !moved
          ? 'Drift needs the prototypes of two rounds.'
          : small
            ? 'In degrees, against the round before.'
            : 'The table of the classes has it.',
      );
      classDrift.replaceChildren(...(small && moved ? driftMatrix(measured, labels) : []));
    },
  };
}

function updateAngle(
  chart: LiveLineChart,
  at: {
    readonly measurements: Measurements;
    readonly names: readonly string[];
    readonly xDomain: readonly [number, number];
    readonly last: TableMeasure | undefined;
  },
): void {
  const { measurements, names, xDomain, last } = at;
  const bound = last?.bound ?? null;
  chart.update({
    note: 'The wider, the better are the two closest classes told apart.',
    xDomain,
    fromZero: true,
    yLimits: { least: 0, most: 180 },
    reference: bound === null ? null : { y: bound, label: `largest possible: ${decimal(bound, 1)}°` },
    lines: names.map((name) => ({
      name: tableLabel(name, { names }).toLowerCase(),
      look: name === mainTable({ names }) ? 0 : 1,
      points: measurements.byName
        .get(name)!
        .map(({ round, smallest }) => ({ x: round + 1, y: smallest?.degrees ?? null })),
    })),
  });
}

function updateDrift(
  chart: LiveLineChart,
  { measured, xDomain }: { readonly measured: Measured; readonly xDomain: readonly [number, number] },
): void {
  const moved = measured.filter(({ drift }) => drift.some(isNumber));
  const lines = [
    {
      name: 'mean of the classes',
      look: 4,
      of: (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length,
    },
    {
      name: 'class that moved most',
      look: 3,
      of: (values: readonly number[]) => values.reduce((most, x) => Math.max(most, x), 0),
    },
  ];
  chart.update({
    note: 'Angle between a class’s prototype and the one of the round before.',
    xDomain,
    fromZero: true,
    yLimits: { least: 0, most: 180 },
    lines: lines.map(({ name, look, of }) => ({
      name,
      look,
      points: moved.map(({ round, drift }) => ({ x: round + 1, y: of(drift.filter(isNumber)) })),
    })),
  });
}

function angleMatrix({ classes, angles, round }: TableMeasure, labels: readonly string[]): HTMLElement {
  const n = classes.length;
  return matrixTable({
    caption: `Angles between the classes in degrees, after round ${round + 1}`,
    corner: '',
    rows: labels,
    columns: labels,
    values: classes.map((_, i) =>
      classes.map((_, j) => (i === j ? undefined : (angles?.[i * n + j] ?? null))),
    ),
    format: (degrees) => decimal(degrees, 0),
    heat: (degrees) => RIGHT_ANGLE - degrees,
    heatDomain: [0, RIGHT_ANGLE],
  });
}

function driftMatrix(measured: Measured, labels: readonly string[]): readonly HTMLElement[] {
  const last = measured.at(-1)!;
  const rounds = measured.slice(-MOST_ROUNDS);
  const values = last.classes.map((label) =>
    rounds.map((measure) => {
      const at = measure.classes.indexOf(label);
      return at < 0 ? null : measure.drift[at];
    }),
  );
  const most = values.flat().reduce<number>((largest, value) => Math.max(largest, value ?? 0), 1);
  return [
    matrixTable({
      caption: 'Drift of each class in degrees, by round',
      corner: 'round',
      rows: labels,
      columns: rounds.map(({ round }) => String(round + 1)),
      values,
      format: (degrees) => decimal(degrees, degrees < 9.95 ? 1 : 0),
      heat: (degrees) => degrees,
      heatDomain: [0, most],
    }),
    heatLegend('0°', `${decimal(most, 0)}°`),
  ];
}
