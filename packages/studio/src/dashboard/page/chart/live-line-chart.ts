import { integerTicks } from '../../../chart/axis-ticks.ts';
import { markerPath, seriesKey } from '../../../chart/marker.ts';
import { seriesLook } from '../../../chart/palette.ts';
import { thinOut } from '../../../chart/thin-out.ts';
import { isNumber, MISSING } from '../../../format/format.ts';
import { HiddenTable } from '../dom/data-table.ts';
import { element, setText, svgElement } from '../dom/element.ts';
import { fromMarkup } from '../dom/markup.ts';
import { niceDomain, valueTicks } from './chart-domain.ts';

interface ChartLine {
  readonly name: string;
  /** Number of its colour, marker and dash. */
  readonly look: number;
  /** Ascending in x; null leaves a gap. */
  readonly points: readonly { readonly x: number; readonly y: number | null }[];
}

export interface ChartContent {
  readonly lines: readonly ChartLine[];
  readonly xDomain: readonly [number, number];
  /** Let the axis begin at 0. */
  readonly fromZero?: boolean;
  readonly yLimits?: { readonly least?: number; readonly most?: number };
  /** A horizontal line to compare with. */
  readonly reference?: { readonly y: number; readonly label: string } | null;
  readonly note?: string;
}

export interface ChartText {
  readonly title: string;
  readonly xLabel: string;
  readonly format: (value: number) => string;
  /** At the axis; by default as `format`. */
  readonly tick?: (value: number) => string;
  readonly empty: string;
}

const HEIGHT = 230;
const MARGIN = { top: 12, right: 14, bottom: 38, left: 58 } as const;
/** Points of a line beyond which no pixel would show more. */
const MOST_POINTS = 400;
const EMPTY: ChartContent = { lines: [], xDomain: [0, 1] };

/** Lines over rounds that grow: drawn anew for the width that there is, read by pointer, arrow keys or its table. */
export class LiveLineChart {
  readonly element: HTMLElement;
  readonly #text: ChartText;
  readonly #note = element('p', { class: 'note' });
  readonly #legend = element('ul', { class: 'legend' });
  readonly #drawing: HTMLElement;
  readonly #empty: HTMLElement;
  readonly #readout = element('p', { class: 'readout', 'aria-hidden': 'true' });
  readonly #table = new HiddenTable();
  #content = EMPTY;
  #width = 0;
  #cursor: SVGLineElement | undefined;
  /** What the cursor is at; undefined = it follows the last round. */
  #at: number | undefined;

  constructor(text: ChartText) {
    this.#text = text;
    this.#drawing = element('div', {
      class: 'drawing',
      role: 'slider',
      tabindex: 0,
      'aria-label': `${text.title}: values by ${text.xLabel.toLowerCase()}`,
      'aria-valuemin': 0,
      'aria-valuemax': 0,
      'aria-valuenow': 0,
    });
    this.#empty = element('p', { class: 'empty' }, text.empty);
    this.element = element(
      'figure',
      { class: 'chart live' },
      element('figcaption', {}, element('h3', {}, text.title), this.#note),
      this.#legend,
      this.#empty,
      this.#drawing,
      this.#readout,
      this.#table.element,
    );
    this.#drawing.addEventListener('pointermove', (event) => this.#point(event));
    this.#drawing.addEventListener('pointerleave', () => this.#moveTo(undefined));
    this.#drawing.addEventListener('blur', () => this.#moveTo(undefined));
    this.#drawing.addEventListener('keydown', (event) => this.#key(event));
    new ResizeObserver(([{ contentRect }]) => {
      const width = Math.round(contentRect.width);
      if (width === this.#width) return;
      this.#width = width;
      this.#draw();
    }).observe(this.#drawing);
  }

  update(content: ChartContent): void {
    this.#content = content;
    const { lines, note = '' } = content;
    const some = lines.some(({ points }) => points.length > 0);
    setText(this.#note, note);
    this.#empty.hidden = some;
    this.#drawing.hidden = !some;
    this.#legend.hidden = !some;
    this.#table.element.hidden = !some;
    this.#legend.replaceChildren(
      ...lines.map((line) =>
        element(
          'li',
          {},
          fromMarkup(seriesKey(line.look)),
          element('span', {}, line.name, ' ', element('b', {}, this.#show(lastOf(line)))),
        ),
      ),
    );
    this.#draw();
    this.#table.update(() => ({
      caption: `${this.#text.title} by ${this.#text.xLabel.toLowerCase()}`,
      head: [this.#text.xLabel, ...lines.map(({ name }) => name)],
      rows: this.#xs().map((x) => [x, ...lines.map((line) => this.#show(valueAt(line, x)))]),
    }));
  }

  #show(value: number | null | undefined): string {
    return isNumber(value) ? this.#text.format(value) : MISSING;
  }

  #xs(): readonly number[] {
    const all = this.#content.lines.flatMap(({ points }) => points.map(({ x }) => x));
    return [...new Set(all)].sort((a, b) => a - b);
  }

  #scale(): {
    readonly x: (value: number) => number;
    readonly y: (value: number) => number;
    readonly yDomain: readonly [number, number];
  } {
    const { lines, xDomain, yLimits, reference, fromZero } = this.#content;
    const values = lines.flatMap(({ points }) => points.map(({ y }) => y).filter(isNumber));
    const yDomain = niceDomain(
      [...values, ...(reference ? [reference.y] : []), ...(fromZero ? [0] : [])],
      yLimits,
    );
    const [from, to] = xDomain[0] < xDomain[1] ? xDomain : [xDomain[0], xDomain[0] + 1];
    const inner = this.#width - MARGIN.left - MARGIN.right;
    const high = HEIGHT - MARGIN.top - MARGIN.bottom;
    return {
      yDomain,
      x: (value) => MARGIN.left + ((value - from) / (to - from)) * inner,
      y: (value) => MARGIN.top + (1 - (value - yDomain[0]) / (yDomain[1] - yDomain[0])) * high,
    };
  }

  #draw(): void {
    if (this.#width < 80 || this.#drawing.hidden) return;
    const { lines, xDomain, reference } = this.#content;
    const { x, y, yDomain } = this.#scale();
    const right = this.#width - MARGIN.right;
    const bottom = HEIGHT - MARGIN.bottom;
    const svg = svgElement('svg', {
      width: this.#width,
      height: HEIGHT,
      viewBox: `0 0 ${this.#width} ${HEIGHT}`,
      'aria-hidden': 'true',
    });
    for (const tick of valueTicks(yDomain)) {
      const at = y(tick);
      svg.append(
        svgElement('line', { x1: MARGIN.left, x2: right, y1: at, y2: at, stroke: 'var(--grid)' }),
        svgElement(
          'text',
          { x: MARGIN.left - 8, y: at, 'text-anchor': 'end', dy: '0.34em' },
          (this.#text.tick ?? this.#text.format)(tick),
        ),
      );
    }
    for (const tick of integerTicks(xDomain[0], Math.max(xDomain[1], xDomain[0] + 1), this.#width / 70))
      svg.append(svgElement('text', { x: x(tick), y: bottom + 18, 'text-anchor': 'middle' }, tick));
    svg.append(
      svgElement('line', { x1: MARGIN.left, x2: right, y1: bottom, y2: bottom, stroke: 'var(--line)' }),
      svgElement(
        'text',
        { x: (MARGIN.left + right) / 2, y: HEIGHT - 4, 'text-anchor': 'middle' },
        this.#text.xLabel,
      ),
    );
    if (reference)
      svg.append(
        svgElement('line', {
          x1: MARGIN.left,
          x2: right,
          y1: y(reference.y),
          y2: y(reference.y),
          stroke: 'var(--ink)',
          'stroke-dasharray': '1 3',
          'stroke-width': 1.25,
        }),
        svgElement(
          'text',
          { class: 'reference', x: right, y: y(reference.y) + 14, 'text-anchor': 'end' },
          reference.label,
        ),
      );
    for (const line of lines) svg.append(...lineOf(line, { x, y }));
    this.#cursor = svgElement('line', { class: 'cursor', y1: MARGIN.top, y2: bottom, visibility: 'hidden' });
    svg.append(this.#cursor);
    this.#drawing.replaceChildren(svg);
    this.#showCursor();
  }

  #point(event: PointerEvent): void {
    const xs = this.#xs();
    if (xs.length === 0) return;
    const { x } = this.#scale();
    const at = event.clientX - this.#drawing.getBoundingClientRect().left;
    this.#moveTo(
      xs.reduce((best, value) => (Math.abs(x(value) - at) < Math.abs(x(best) - at) ? value : best)),
    );
  }

  #key(event: KeyboardEvent): void {
    const xs = this.#xs();
    const index = this.#at === undefined ? xs.length - 1 : xs.indexOf(this.#at);
    const to = {
      ArrowLeft: index - 1,
      ArrowDown: index - 1,
      ArrowRight: index + 1,
      ArrowUp: index + 1,
      PageDown: index - 10,
      PageUp: index + 10,
      Home: 0,
      End: xs.length - 1,
    }[event.key];
    if (to === undefined || xs.length === 0) return;
    event.preventDefault();
    this.#moveTo(xs[Math.max(0, Math.min(xs.length - 1, to))]);
  }

  #moveTo(x: number | undefined): void {
    this.#at = x;
    this.#showCursor();
  }

  #showCursor(): void {
    const xs = this.#xs();
    const last = xs.at(-1);
    if (last === undefined) return;
    const at = this.#at ?? last;
    const { xLabel } = this.#text;
    const values = this.#content.lines.map((line) => `${line.name} ${this.#show(valueAt(line, at))}`);
    const text = `${xLabel} ${at}: ${values.join('; ')}`;
    for (const [name, value] of [
      ['aria-valuemin', xs[0]],
      ['aria-valuemax', last],
      ['aria-valuenow', at],
      ['aria-valuetext', text],
    ] as const)
      this.#drawing.setAttribute(name, String(value));
    setText(this.#readout, this.#at === undefined ? '' : text);
    const place = this.#scale().x(at);
    this.#cursor?.setAttribute('x1', String(place));
    this.#cursor?.setAttribute('x2', String(place));
    this.#cursor?.setAttribute('visibility', this.#at === undefined ? 'hidden' : 'visible');
  }
}

function lineOf(
  { look, points }: ChartLine,
  { x, y }: { readonly x: (value: number) => number; readonly y: (value: number) => number },
): readonly SVGElement[] {
  const { colour, dash, marker } = seriesLook(look);
  let path = '';
  let open = false;
  for (const point of thinOut(points, MOST_POINTS)) {
    if (!isNumber(point.y)) {
      open = false;
      continue;
    }
    path += `${open ? 'L' : 'M'}${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`;
    open = true;
  }
  const end = points.findLast((point) => isNumber(point.y));
  if (end === undefined) return [];
  return [
    svgElement('path', {
      d: path,
      fill: 'none',
      stroke: colour,
      'stroke-width': 2,
      'stroke-dasharray': dash,
      'stroke-linejoin': 'round',
    }),
    svgElement('path', {
      d: markerPath(marker, 4.5),
      transform: `translate(${x(end.x).toFixed(1)},${y(end.y!).toFixed(1)})`,
      fill: colour,
      stroke: 'var(--paper)',
    }),
  ];
}

function lastOf({ points }: ChartLine): number | null | undefined {
  return points.findLast(({ y }) => isNumber(y))?.y;
}

function valueAt({ points }: ChartLine, x: number): number | null | undefined {
  return points.find((point) => point.x === x)?.y;
}
