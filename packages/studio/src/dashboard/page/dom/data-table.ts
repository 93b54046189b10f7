import { element, type Child } from './element.ts';

export interface TableContent {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Child[])[];
  /** Columns of text, set to the left; the first always is. */
  readonly textColumns?: readonly number[];
  readonly className?: string;
}

/** A table whose first column heads its rows, in a region of its own that scrolls where the page is narrow. */
export function dataTable({ caption, head, rows, textColumns = [], className }: TableContent): HTMLElement {
  const classOf = (column: number): string | undefined => (textColumns.includes(column) ? 'text' : undefined);
  return element(
    'div',
    { class: 'table-scroll', role: 'region', 'aria-label': caption, tabindex: 0 },
    element(
      'table',
      { class: className },
      element('caption', { class: 'visually-hidden' }, caption),
      element(
        'thead',
        {},
        element('tr', {}, ...head.map((cell, i) => element('th', { scope: 'col', class: classOf(i) }, cell))),
      ),
      element(
        'tbody',
        {},
        ...rows.map(([first, ...rest]) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, first),
            ...rest.map((cell, i) => element('td', { class: classOf(i + 1) }, cell)),
          ),
        ),
      ),
    ),
  );
}

/** A table behind a chart: filled when it is opened, and again while it is open. */
export class HiddenTable {
  readonly element: HTMLDetailsElement;
  #content: () => TableContent = () => ({ caption: '', head: [], rows: [] });
  readonly #place = element('div');

  constructor(label = 'Data table') {
    this.element = element('details', { class: 'data' }, element('summary', {}, label), this.#place);
    this.element.addEventListener('toggle', () => this.#fill());
  }

  update(content: () => TableContent): void {
    this.#content = content;
    this.#fill();
  }

  #fill(): void {
    if (this.element.open) this.#place.replaceChildren(dataTable(this.#content()));
  }
}
