import { svgElement } from '../dom/element.ts';
import type { Point3 } from '../measure/table-measure.ts';
import { arc, NET } from './great-circle.ts';
import { rotate } from './rotation.ts';
import type { SphereScene, SphereView } from './sphere-view.ts';

const HALF = 200;

/** The sphere without WebGL: lines and circles, drawn from back to front. */
export function createSvgView(): SphereView {
  const svg = svgElement('svg', {
    viewBox: `${-HALF} ${-HALF} ${2 * HALF} ${2 * HALF}`,
    'aria-hidden': 'true',
  });
  return {
    element: svg,
    draw: (scene) => svg.replaceChildren(...drawing(scene)),
    refresh: () => undefined,
    dispose: () => svg.remove(),
  };
}

function drawing({ points, tones, closest, rotation, radius }: SphereScene): SVGElement[] {
  const size = HALF * radius;
  const path = (line: readonly Point3[]): string =>
    line
      .map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${(size * x).toFixed(1)},${(-size * y).toFixed(1)}`)
      .join('');
  const marks = points.map(([x, y, z], i) => {
    const [cx, cy] = [(size * x).toFixed(1), (-size * y).toFixed(1)];
    const colour = `var(--series-${tones[i]})`;
    return {
      z,
      shapes: [
        svgElement('line', { x2: cx, y2: cy, stroke: colour, 'stroke-opacity': z < 0 ? 0.25 : 0.5 }),
        svgElement('circle', {
          cx,
          cy,
          r: (6 + 2 * z).toFixed(1),
          fill: colour,
          'fill-opacity': z < 0 ? 0.55 : 1,
          stroke: 'var(--paper)',
        }),
      ],
    };
  });
  const back = marks.filter(({ z }) => z < 0).sort((a, b) => a.z - b.z);
  const front = marks.filter(({ z }) => z >= 0).sort((a, b) => a.z - b.z);
  return [
    svgElement('circle', { class: 'ball', r: size }),
    ...back.flatMap(({ shapes }) => shapes),
    svgElement('path', {
      class: 'net',
      d: NET.map((line) => path(line.map((point) => rotate(rotation, point)))).join(''),
    }),
    ...(closest === null
      ? []
      : [svgElement('path', { class: 'pair', d: path(arc(points[closest[0]], points[closest[1]])) })]),
    ...front.flatMap(({ shapes }) => shapes),
  ];
}
