import type { Point3 } from '../measure/table-measure.ts';

/** Points along the shorter great circle from a to b, both included. */
export function arc(a: Point3, b: Point3, steps = 16): readonly Point3[] {
  const cosine = Math.max(-1, Math.min(1, a[0] * b[0] + a[1] * b[1] + a[2] * b[2]));
  const angle = Math.acos(cosine);
  const sine = Math.sin(angle);
  return Array.from({ length: steps + 1 }, (_, i) => {
    const t = i / steps;
    // Equal points have no circle, opposite ones too many.
    const [u, v] = sine < 1e-6 ? [1 - t, t] : [Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine];
    return [u * a[0] + v * b[0], u * a[1] + v * b[1], u * a[2] + v * b[2]];
  });
}

/** What the reader sees as the edge of the sphere. */
export const EDGE: readonly Point3[] = circle((c, s) => [c, s, 0]);

/** The net of the sphere: three great circles and two small ones, as closed lines. */
export const NET: readonly (readonly Point3[])[] = [
  circle((c, s) => [c, 0, s]),
  circle((c, s) => [c, s, 0]),
  circle((c, s) => [0, c, s]),
  circle((c, s) => [Math.SQRT1_2 * c, Math.SQRT1_2, Math.SQRT1_2 * s]),
  circle((c, s) => [Math.SQRT1_2 * c, -Math.SQRT1_2, Math.SQRT1_2 * s]),
];

function circle(at: (cosine: number, sine: number) => Point3): readonly Point3[] {
  const steps = 64;
  return Array.from({ length: steps + 1 }, (_, i) => {
    const angle = (2 * Math.PI * i) / steps;
    return at(Math.cos(angle), Math.sin(angle));
  });
}
