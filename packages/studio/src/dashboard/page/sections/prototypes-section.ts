import { mainTable, tableLabel } from '../../../geometry/usable-tables.ts';
import { decimal, integer, plural } from '../../../format/format.ts';
import { HiddenTable } from '../dom/data-table.ts';
import { element, setText } from '../dom/element.ts';
import type { Measured } from '../measure/measure-client.ts';
import type { TableMeasure } from '../measure/table-measure.ts';
import { SpherePanel } from '../sphere/sphere-panel.ts';
import { classesTable } from './classes-table.ts';
import { classLabel, type Section, type Shown } from './section.ts';

/** The prototypes on the sphere, with the choice of table and round. */
export class PrototypesSection implements Section {
  readonly element: HTMLElement;
  readonly #panel = new SpherePanel();
  readonly #table = new HiddenTable('Table of the classes');
  readonly #choice = element('select', { id: 'table-choice' });
  readonly #choiceLabel = element('label', { for: 'table-choice' }, 'Table ', this.#choice);
  readonly #round = element('input', { type: 'range', min: 0, max: 0, step: 1, value: 0 });
  readonly #roundText = element('output');
  readonly #note = element('p', { class: 'note' });
  readonly #empty = element('p', { class: 'empty' });
  readonly #body: HTMLElement;
  /** The table that was chosen; undefined = the main one. */
  #name: string | undefined;
  /** The round that was chosen; undefined = the latest. */
  #at: number | undefined;
  #last: Shown | undefined;

  constructor() {
    this.#body = element(
      'div',
      {},
      element(
        'div',
        { class: 'controls' },
        this.#choiceLabel,
        element('label', {}, 'Round ', this.#round),
        this.#roundText,
      ),
      this.#panel.element,
      this.#note,
      this.#table.element,
    );
    this.element = element(
      'section',
      { class: 'prototypes' },
      element('h2', {}, 'Prototypes on the sphere'),
      this.#empty,
      this.#body,
    );
    this.#choice.addEventListener('change', () => {
      this.#name = this.#choice.value;
      this.#again();
    });
    this.#round.addEventListener('input', () => {
      this.#at = this.#round.value === this.#round.max ? undefined : Number(this.#round.value);
      this.#again();
    });
  }

  /** The page has other colours. */
  recolour(): void {
    this.#panel.recolour();
  }

  /** Another federation is shown. */
  reset(): void {
    this.#name = undefined;
    this.#at = undefined;
  }

  update(shown: Shown): void {
    this.#last = shown;
    const { state, measurements } = shown;
    const names = [...measurements.byName.keys()];
    const name = this.#name !== undefined && names.includes(this.#name) ? this.#name : mainTable({ names });
    const measured: Measured = name === undefined ? [] : measurements.byName.get(name)!;
    const [problem] = measurements.problems;
    setText(
      this.#empty,
      problem !== undefined
        ? `The table '${problem.name}' cannot be drawn: ${problem.reason}`
        : measured.length === 0
          ? state.history.rounds.length === 0
            ? 'There are prototypes when the first round is finished.'
            : 'This strategy sends no class prototypes.'
          : '',
    );
    this.#empty.hidden = this.#empty.textContent === '';
    this.#body.hidden = measured.length === 0;
    if (measured.length === 0) return this.#panel.show(undefined, []);
    this.#offer(names, name!);
    const index = Math.min(this.#at ?? measured.length - 1, measured.length - 1);
    this.#round.max = String(measured.length - 1);
    this.#round.value = String(index);
    this.#round.disabled = measured.length < 2;
    const measure = measured[index];
    const latest = index === measured.length - 1;
    const roundText = `${measure.round + 1}${latest ? ' (the latest)' : ''}`;
    setText(this.#roundText, roundText);
    this.#round.setAttribute('aria-valuetext', roundText);
    const labels = measure.classes.map((label) => classLabel(state, label));
    this.#panel.show(measure, labels);
    setText(this.#note, sentence(measure, labels));
    this.#table.update(() => classesTable(measure, labels));
  }

  #again(): void {
    if (this.#last !== undefined) this.update(this.#last);
  }

  #offer(names: readonly string[], name: string): void {
    const known = Array.from(this.#choice.options, ({ value }) => value);
    if (known.join('\n') !== names.join('\n'))
      this.#choice.replaceChildren(
        ...names.map((value) => element('option', { value }, tableLabel(value, { names }))),
      );
    this.#choice.value = name;
    this.#choiceLabel.hidden = names.length < 2;
  }
}

function sentence({ dim, classes, smallest, picture }: TableMeasure, labels: readonly string[]): string {
  const size = `${plural(classes.length, 'class', 'classes')} in ${integer(dim)} dimensions.`;
  const pair =
    smallest === null
      ? ''
      : ` The line joins the closest two: ${labels[smallest.pair[0]]} and ${labels[smallest.pair[1]]}, ${decimal(smallest.degrees, 1)}° apart.`;
  const error =
    picture === null
      ? ' They are too many to draw.'
      : ` Points are placed so that the angles between them are as near to the true ones as they can be in three dimensions: off by ${decimal(picture.errorDegrees, 1)}° (root mean square). From round to round they move as little as that allows.`;
  return size + pair + error;
}
