import { html, type Html } from '../html/html.ts';
import { seriesLook, type SeriesLook } from './palette.ts';

/** What an outline needs of a canvas-like context; Plot's symbols are drawn through the same methods. */
interface OutlineContext {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  arc(x: number, y: number, radius: number, from: number, to: number): void;
  closePath(): void;
}

type Marker = SeriesLook['marker'];

/** Corners of the markers on a unit circle, about equal in area. */
const CORNERS: Readonly<Record<Exclude<Marker, 'circle'>, readonly (readonly [number, number])[]>> = {
  square: [
    [-0.86, -0.86],
    [0.86, -0.86],
    [0.86, 0.86],
    [-0.86, 0.86],
  ],
  triangle: [
    [0, -1.2],
    [1.15, 0.85],
    [-1.15, 0.85],
  ],
  diamond: [
    [0, -1.25],
    [1.1, 0],
    [0, 1.25],
    [-1.1, 0],
  ],
  cross: [
    [-0.38, -1.15],
    [0.38, -1.15],
    [0.38, -0.38],
    [1.15, -0.38],
    [1.15, 0.38],
    [0.38, 0.38],
    [0.38, 1.15],
    [-0.38, 1.15],
    [-0.38, 0.38],
    [-1.15, 0.38],
    [-1.15, -0.38],
    [-0.38, -0.38],
  ],
  star: Array.from({ length: 10 }, (_, i) => {
    const radius = i % 2 === 0 ? 1.35 : 0.58;
    return [radius * Math.sin((i * Math.PI) / 5), -radius * Math.cos((i * Math.PI) / 5)] as const;
  }),
};

/** A marker as a symbol type of Plot: `size` is the area of a circle of the same radius. */
export function markerSymbol(marker: Marker): { draw(context: OutlineContext, size: number): void } {
  return { draw: (context, size) => outline(context, { marker, radius: Math.sqrt(size / Math.PI) }) };
}

/** The key of a series beside its name: a piece of its line with its marker. */
export function seriesKey(index: number): Html {
  const { colour, marker, dash } = seriesLook(index);
  const path = markerPath(marker, 4);
  return html`<svg class="key" viewBox="0 0 26 12" width="26" height="12" aria-hidden="true">
    <line
      x1="1"
      x2="25"
      y1="6"
      y2="6"
      stroke="${colour}"
      stroke-width="2"
      ${dash && html` stroke-dasharray="${dash}"`}
    />
    <path transform="translate(13,6)" d="${path}" fill="${colour}" />
  </svg>`;
}

function outline(context: OutlineContext, shape: { readonly marker: Marker; readonly radius: number }): void {
  const { marker, radius } = shape;
  if (marker === 'circle') {
    context.moveTo(radius, 0);
    context.arc(0, 0, radius, 0, 2 * Math.PI);
    return;
  }
  CORNERS[marker].forEach(([x, y], i) =>
    i === 0 ? context.moveTo(x * radius, y * radius) : context.lineTo(x * radius, y * radius),
  );
  context.closePath();
}

/** The outline of a marker around the origin as SVG path data. */
export function markerPath(marker: Marker, radius: number): string {
  let path = '';
  const at = (x: number, y: number): string => `${x.toFixed(2)},${y.toFixed(2)}`;
  const context: OutlineContext = {
    moveTo: (x, y) => (path += `M${at(x, y)}`),
    lineTo: (x, y) => (path += `L${at(x, y)}`),
    arc: (x, y, r) => (path += `A${r},${r},0,1,1,${at(x - r, y)}A${r},${r},0,1,1,${at(x + r, y)}`),
    closePath: () => (path += 'Z'),
  };
  outline(context, { marker, radius });
  return path;
}
