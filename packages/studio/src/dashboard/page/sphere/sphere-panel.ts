import { seriesColours } from '../../../chart/palette.ts';
import { decimal } from '../../../format/format.ts';
import { element, setText } from '../dom/element.ts';
import type { Point3, TableMeasure } from '../measure/table-measure.ts';
import { NO_ROTATION, rotate, turned } from './rotation.ts';
import { SphereLabels } from './sphere-labels.ts';
import type { SphereView } from './sphere-view.ts';
import { createSvgView } from './svg-view.ts';
import { webglHere } from './webgl-here.ts';

const MOVE_MS = 700;
/** Radius of the ball at zoom 1 as a share of half of the picture's side: the rest is for names. */
const RADIUS = 0.78;
const ZOOM = { least: 0.5, most: 4, step: 1.15 } as const;
const KEY_TURN = 0.12;
const REACH = 16;
/** A little from the side and from above, so that the net shows what is front and back. */
const START = turned(NO_ROTATION, { right: 0.5, up: -0.35 });
const HINT =
  'Drag, or use the arrow keys, to turn; + and − or the wheel (after a click) to zoom; 0 to reset.';

/** The prototypes on the unit sphere, moving from round to round; turned by dragging and by keys. */
export class SpherePanel {
  readonly element: HTMLElement;
  readonly #stage: HTMLElement;
  readonly #labels = new SphereLabels();
  readonly #readout = element('p', { class: 'readout', 'aria-hidden': 'true' });
  readonly #still = matchMedia('(prefers-reduced-motion: reduce)');
  #view: SphereView = createSvgView();
  #measure: TableMeasure | undefined;
  #names: readonly string[] = [];
  #rotation = START;
  #zoom = 1;
  #side = 0;
  #places: readonly Point3[] = [];
  #move: { readonly from: readonly Point3[]; begun: number | undefined } | undefined;
  #frame = 0;

  constructor() {
    this.#stage = element('div', {
      class: 'sphere',
      role: 'application',
      tabindex: 0,
      'aria-label': 'Sphere of the prototypes. The table of classes has the same numbers.',
      'aria-description': HINT,
    });
    this.#stage.append(this.#view.element, this.#labels.element);
    this.element = element(
      'div',
      { class: 'sphere-panel' },
      this.#stage,
      this.#readout,
      element(
        'div',
        { class: 'controls' },
        this.#button('Zoom in', '+', () => this.#zoomBy(ZOOM.step)),
        this.#button('Zoom out', '−', () => this.#zoomBy(1 / ZOOM.step)),
        this.#button('Reset view', 'Reset view', () => this.#reset()),
        element('span', { class: 'hint' }, HINT),
      ),
    );
    this.#listen();
    new ResizeObserver(([{ contentRect }]) => {
      this.#side = contentRect.width;
      this.#view.refresh();
      this.#draw();
    }).observe(this.#stage);
    const seen = new IntersectionObserver(([{ isIntersecting }]) => {
      if (!isIntersecting) return;
      seen.disconnect();
      void this.#loadThree();
    });
    seen.observe(this.#stage);
    for (const change of [matchMedia('(prefers-color-scheme: dark)')])
      change.addEventListener('change', () => this.recolour());
  }

  /** The page has other colours. */
  recolour(): void {
    this.#view.refresh();
  }

  /** Shows a table; points of classes that were there already move to their new places. */
  show(measure: TableMeasure | undefined, names: readonly string[]): void {
    if (measure === this.#measure) return;
    const before = new Map(this.#measure?.classes.map((label, i) => [label, this.#places[i]]));
    this.#measure = measure;
    this.#names = names;
    const to = measure?.picture?.points ?? [];
    const from = to.map((place, i) => before.get(measure!.classes[i]) ?? place);
    this.#places = from;
    if (this.#still.matches || before.size === 0) {
      this.#places = to;
      this.#move = undefined;
      this.#draw();
      return;
    }
    this.#move = { from, begun: undefined };
    this.#ask();
  }

  #button(label: string, text: string, press: () => void): HTMLElement {
    const button = element('button', { type: 'button', 'aria-label': label }, text);
    button.addEventListener('click', press);
    return button;
  }

  async #loadThree(): Promise<void> {
    this.#stage.dataset.view = 'svg';
    if (!webglHere()) return;
    try {
      const { createThreeView } = await import('./three-view.ts');
      this.#take(
        createThreeView(() => this.#take(createSvgView(), 'svg')),
        'webgl',
      );
    } catch {
      // The picture is there already; without the chunk or a context it stays as it is.
    }
  }

  #take(view: SphereView, name: 'svg' | 'webgl'): void {
    const before = this.#view;
    this.#view = view;
    before.element.replaceWith(view.element);
    before.dispose();
    this.#stage.dataset.view = name;
    view.refresh();
    this.#draw();
  }

  #listen(): void {
    let from: readonly [number, number] | undefined;
    this.#stage.addEventListener('pointerdown', (event) => {
      from = [event.clientX, event.clientY];
      this.#stage.setPointerCapture(event.pointerId);
    });
    this.#stage.addEventListener('pointermove', (event) => {
      if (from === undefined) return this.#name(event);
      this.#turn((event.clientX - from[0]) / 120, -(event.clientY - from[1]) / 120);
      from = [event.clientX, event.clientY];
    });
    for (const type of ['pointerup', 'pointercancel'])
      this.#stage.addEventListener(type, () => (from = undefined));
    this.#stage.addEventListener('pointerleave', () => setText(this.#readout, ''));
    this.#stage.addEventListener(
      'wheel',
      (event) => {
        // Otherwise a page could not be scrolled past the sphere.
        if (document.activeElement !== this.#stage) return;
        event.preventDefault();
        this.#zoomBy(event.deltaY < 0 ? ZOOM.step : 1 / ZOOM.step);
      },
      { passive: false },
    );
    this.#stage.addEventListener('keydown', (event) => {
      const act = {
        ArrowLeft: () => this.#turn(-KEY_TURN, 0),
        ArrowRight: () => this.#turn(KEY_TURN, 0),
        ArrowUp: () => this.#turn(0, KEY_TURN),
        ArrowDown: () => this.#turn(0, -KEY_TURN),
        '+': () => this.#zoomBy(ZOOM.step),
        '=': () => this.#zoomBy(ZOOM.step),
        '-': () => this.#zoomBy(1 / ZOOM.step),
        '0': () => this.#reset(),
        Home: () => this.#reset(),
      }[event.key];
      if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      act();
    });
  }

  #turn(right: number, up: number): void {
    this.#rotation = turned(this.#rotation, { right, up });
    this.#ask();
  }

  #zoomBy(factor: number): void {
    this.#zoom = Math.min(ZOOM.most, Math.max(ZOOM.least, this.#zoom * factor));
    this.#ask();
  }

  #reset(): void {
    this.#rotation = START;
    this.#zoom = 1;
    this.#ask();
  }

  /** Says the class that the pointer is at. */
  #name(event: PointerEvent): void {
    const box = this.#stage.getBoundingClientRect();
    const size = (this.#side / 2) * RADIUS * this.#zoom;
    const [x, y] = [event.clientX - box.left - box.width / 2, box.top + box.height / 2 - event.clientY];
    const near = this.#turnedPlaces()
      .map((point, i) => ({ i, z: point[2], away: Math.hypot(size * point[0] - x, size * point[1] - y) }))
      .filter(({ away }) => away < REACH)
      .sort((a, b) => b.z - a.z)
      .at(0);
    setText(this.#readout, near === undefined ? '' : this.#sentence(near.i));
  }

  #sentence(i: number): string {
    const nearest = this.#measure?.nearest[i];
    const drift = this.#measure?.drift[i];
    return [
      `${this.#names[i]}: ${this.#measure?.counts[i]} samples`,
      ...(nearest ? [`nearest is ${this.#names[nearest.at]} at ${decimal(nearest.degrees, 1)}°`] : []),
      ...(drift === null || drift === undefined ? [] : [`moved by ${decimal(drift, 1)}°`]),
    ].join(', ');
  }

  #turnedPlaces(): readonly Point3[] {
    return this.#places.map((place) => rotate(this.#rotation, place));
  }

  #ask(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame((time) => {
      this.#frame = 0;
      this.#advance(time);
      this.#draw();
    });
  }

  /** Moves the points on their way to the new round. */
  #advance(time: number): void {
    const to = this.#measure?.picture?.points;
    if (this.#move === undefined || to === undefined) return;
    this.#move.begun ??= time;
    const t = Math.min(1, (time - this.#move.begun) / MOVE_MS);
    const eased = t * t * (3 - 2 * t);
    const { from } = this.#move;
    this.#places = to.map((end, i) => between(from[i], end, eased));
    if (t < 1) this.#ask();
    else this.#move = undefined;
  }

  #draw(): void {
    if (this.#side === 0) return;
    const points = this.#turnedPlaces();
    const radius = RADIUS * this.#zoom;
    this.#view.draw({
      points,
      tones: (this.#measure?.classes ?? []).map((label) => label % seriesColours.length),
      closest: this.#measure?.smallest?.pair ?? null,
      rotation: this.#rotation,
      radius,
    });
    this.#labels.draw(points, { names: this.#names, side: this.#side, radius });
  }
}

function between(a: Point3, b: Point3, t: number): Point3 {
  const mixed: Point3 = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])];
  const norm = Math.hypot(...mixed) || 1;
  return [mixed[0] / norm, mixed[1] / norm, mixed[2] / norm];
}
