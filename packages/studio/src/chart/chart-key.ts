import type * as Plot from '@observablehq/plot';
import { shorten } from '../format/format.ts';
import { markerPath } from './marker.ts';
import { seriesLook } from './palette.ts';

const SVG = 'http://www.w3.org/2000/svg';
const LINE_HEIGHT = 18;
/** Width of a letter, and of the marker with its gaps. */
const LETTER = 6.8;
const MARKER = 34;

export interface KeyOptions {
  readonly title: string;
  readonly series: readonly { readonly name: string; readonly look: number }[];
  readonly width: number;
}

/** Height of {@link chartKey}. */
export function keyHeight(options: KeyOptions): number {
  return 34 + LINE_HEIGHT * (places(options).at(-1)?.line ?? 0) + LINE_HEIGHT;
}

/** Title and names of the series above a plot that stands alone, for an outer edge of its own. */
export function chartKey(options: KeyOptions): Plot.Markish {
  return (_index, _scales, _values, _dimensions, context) => {
    const { document } = context;
    const text = (content: string, at: { readonly x: number; readonly y: number }): SVGTextElement => {
      const element = document.createElementNS(SVG, 'text');
      element.setAttribute('x', String(at.x));
      element.setAttribute('y', String(at.y));
      element.setAttribute('text-anchor', 'start');
      element.setAttribute('fill', 'var(--ink)');
      element.textContent = content;
      return element;
    };
    const group = document.createElementNS(SVG, 'g');
    const title = text(shorten(options.title, Math.floor(options.width / 9)), { x: 12, y: 20 });
    title.setAttribute('style', 'font-size:14px;font-weight:600');
    group.append(title);
    places(options).forEach(({ x, line }, i) => {
      const { name, look } = options.series[i];
      const { colour, marker } = seriesLook(look);
      const y = 40 + line * LINE_HEIGHT;
      const path = document.createElementNS(SVG, 'path');
      path.setAttribute('transform', `translate(${x + 6},${y - 4})`);
      path.setAttribute('d', markerPath(marker, 4.2));
      path.setAttribute('fill', colour);
      group.append(path, text(name, { x: x + 15, y }));
    });
    return group;
  };
}

/** Where the names stand: in lines, as many as there is room for. */
function places({ series, width }: KeyOptions): readonly { readonly x: number; readonly line: number }[] {
  let x = 12;
  let line = 0;
  return series.map(({ name }) => {
    const taken = MARKER + LETTER * name.length;
    if (x > 12 && x + taken > width) {
      x = 12;
      line++;
    }
    const place = { x, line };
    x += taken;
    return place;
  });
}
