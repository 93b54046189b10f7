import type * as Plot from '@observablehq/plot';
import { spreadLabels } from './spread-labels.ts';

const SVG = 'http://www.w3.org/2000/svg';
const LINE_HEIGHT = 15;

/** Names at the right edge of a plot, moved apart so that none covers another, each joined to its line's end. */
export function endLabels(labels: readonly { readonly text: string; readonly y: number }[]): Plot.Markish {
  return (_index, scales, _values, { width, height, marginRight, marginTop, marginBottom }, context) => {
    const group = context.document.createElementNS(SVG, 'g');
    const edge = width - marginRight;
    const wanted = labels.map(({ y }) => (scales.y as (value: number) => number)(y));
    const places = spreadLabels(wanted, {
      gap: LINE_HEIGHT,
      from: marginTop,
      to: height - marginBottom,
    });
    labels.forEach(({ text }, i) => {
      const path = context.document.createElementNS(SVG, 'path');
      path.setAttribute('d', `M${edge + 7},${wanted[i]}L${edge + 15},${places[i]}`);
      path.setAttribute('stroke', 'var(--line)');
      const label = context.document.createElementNS(SVG, 'text');
      label.setAttribute('x', String(edge + 18));
      label.setAttribute('y', String(places[i]));
      label.setAttribute('dy', '0.34em');
      label.setAttribute('text-anchor', 'start');
      label.setAttribute('fill', 'var(--ink)');
      label.textContent = text;
      group.append(path, label);
    });
    return group;
  };
}
