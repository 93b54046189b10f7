import { heatLevel } from '../../../chart/heat-level.ts';
import { MISSING } from '../../../format/format.ts';
import { element } from '../dom/element.ts';

export interface MatrixContent {
  readonly caption: string;
  readonly corner: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Shape [rows, columns]; null = no value, undefined = the cell means nothing. */
  readonly values: readonly (readonly (number | null | undefined)[])[];
  readonly format: (value: number) => string;
  /** What is coloured: from the lowest to the highest colour. */
  readonly heat: (value: number) => number;
  readonly heatDomain: readonly [number, number];
}

/** A matrix as a table, its cells coloured by level: the numbers are there for everybody. */
export function matrixTable(content: MatrixContent): HTMLElement {
  const { caption, corner, rows, columns, values, format, heat, heatDomain } = content;
  return element(
    'div',
    { class: 'table-scroll', role: 'region', 'aria-label': caption, tabindex: 0 },
    element(
      'table',
      { class: 'matrix' },
      element('caption', { class: 'visually-hidden' }, caption),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('td', { class: 'corner' }, corner),
          ...columns.map((column) => element('th', { scope: 'col' }, column)),
        ),
      ),
      element(
        'tbody',
        {},
        ...rows.map((row, i) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, row),
            ...values[i].map((value) =>
              value === undefined
                ? element('td', { class: 'nothing' })
                : value === null
                  ? element('td', {}, MISSING)
                  : element('td', { class: `heat-${heatLevel(heat(value), heatDomain)}` }, format(value)),
            ),
          ),
        ),
      ),
    ),
  );
}

/** The key of the colours. */
export function heatLegend(low: string, high: string): HTMLElement {
  return element(
    'p',
    { class: 'heat-key', 'aria-hidden': 'true' },
    element('span', {}, low),
    ...Array.from({ length: 9 }, (_, i) => element('i', { class: `heat-${i}` })),
    element('span', {}, high),
  );
}
