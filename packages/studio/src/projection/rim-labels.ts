import { spreadLabels } from '../chart/spread-labels.ts';

/** Where a point's name stands beside the ball. */
export interface RimLabel {
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'end';
}

/** Radius of the rim that labels stand on, as a share of the ball's. */
const RIM = 1.07;
const LINE_HEIGHT = 15;

/**
 * Names around the ball: each on its point's side of the middle of all points, at the height where the ray from the middle
 * through the point meets the rim, moved apart up and down. The page's script does the same while it turns and plays.
 *
 * @param points - places in the drawing, y downward; null for a class that is not there
 */
export function rimLabels(
  points: readonly (readonly [number, number] | null)[],
  radius: number,
): readonly (RimLabel | null)[] {
  const there = points.filter((point) => point !== null);
  const middle = [0, 1].map(
    (k) => there.reduce((sum, point) => sum + point[k], 0) / Math.max(1, there.length),
  );
  const rim = radius * RIM;
  const labels: (RimLabel | null)[] = points.map(() => null);
  for (const side of [-1, 1]) {
    const members = points.flatMap((point, i) =>
      point !== null && (point[0] < middle[0] ? -1 : 1) === side ? [i] : [],
    );
    const wanted = members.map((i) => {
      const [x, y] = [points[i]![0] - middle[0], points[i]![1] - middle[1]];
      return (rim * y) / (Math.hypot(x, y) || 1);
    });
    const places = spreadLabels(wanted, { gap: LINE_HEIGHT, from: -rim, to: rim });
    members.forEach((i, k) => {
      const x = Math.sqrt(Math.max(0, rim ** 2 - places[k] ** 2));
      labels[i] = { x: side * x, y: places[k], anchor: side < 0 ? 'end' : 'start' };
    });
  }
  return labels;
}
