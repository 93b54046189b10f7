import { rimLabels } from '../../../projection/rim-labels.ts';
import { element, setText, svgElement } from '../dom/element.ts';
import type { Point3 } from '../measure/table-measure.ts';

/** With more, there is no room: pointing at a point says its name. */
const MOST_LABELS = 24;
/** Farthest from the middle that names stand, as a share of half of the picture's side. */
const FARTHEST = 0.82;

/** Names of the points beside the ball, none over another, each joined to its point by a thin line. */
export class SphereLabels {
  readonly element: HTMLElement;
  readonly #lines = svgElement('svg');
  readonly #labels: { readonly text: HTMLElement; readonly line: SVGLineElement }[] = [];

  constructor() {
    this.element = element('div', { class: 'labels', 'aria-hidden': 'true' }, this.#lines);
  }

  draw(
    points: readonly Point3[],
    {
      names,
      side,
      radius,
    }: { readonly names: readonly string[]; readonly side: number; readonly radius: number },
  ): void {
    const count = points.length > MOST_LABELS ? 0 : points.length;
    this.#makeRoom(count);
    const half = side / 2;
    const places = points
      .slice(0, count)
      .map(([x, y]): [number, number] => [half * radius * x, -half * radius * y]);
    const rim = rimLabels(places, half * Math.min(radius, FARTHEST));
    this.#labels.forEach(({ text, line }, i) => {
      const [x, y] = places[i];
      const { x: left, y: top, anchor } = rim[i]!;
      setText(text, names[i]);
      text.classList.toggle('back', points[i][2] < 0);
      const shift = anchor === 'end' ? '-100%' : '0';
      const gap = anchor === 'end' ? -4 : 4;
      text.style.transform = `translate(${(half + left + gap).toFixed(1)}px,${(half + top).toFixed(1)}px) translate(${shift},-50%)`;
      for (const [name, value] of Object.entries({ x1: x, y1: y, x2: left, y2: top }))
        line.setAttribute(name, (half + value).toFixed(1));
    });
  }

  #makeRoom(count: number): void {
    while (this.#labels.length < count) {
      const label = { text: element('span'), line: svgElement('line') };
      this.#labels.push(label);
      this.#lines.append(label.line);
      this.element.append(label.text);
    }
    for (const { text, line } of this.#labels.splice(count)) {
      text.remove();
      line.remove();
    }
  }
}
