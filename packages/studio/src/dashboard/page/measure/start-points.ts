import { createRng } from '@protonorm/tensor';
import { multiply, principalAxes } from '../../../projection/principal-axes.ts';

/** Share of a random direction in a place by axes, so that no two points lie on each other: a ten thousandth of a degree. */
const JITTER = 2e-6;

/**
 * Where points begin on the sphere: where they were before, or else at the direction of their coordinates along the three
 * principal axes of all rows. The same rows give the same places.
 *
 * @param units - directions, shape [n, d]
 * @param before - unit vector of a class where it is known
 * @returns unit vectors, shape [n, 3]
 */
export function startPoints(
  units: Float64Array,
  at: {
    readonly dim: number;
    readonly classes: readonly number[];
    readonly before: ReadonlyMap<number, readonly [number, number, number]>;
  },
): Float64Array {
  const { dim, classes, before } = at;
  const known = classes.every((label) => before.has(label));
  const { axes } = known ? { axes: new Float64Array(0) } : principalAxes(units, { dim });
  const k = axes.length / dim;
  const coordinates = multiply(units, axes, dim);
  const points = new Float64Array(3 * classes.length);
  classes.forEach((label, i) => {
    const rng = createRng('sphere').split(label);
    // What all have in common, the first axis of prototypes behind a ReLU, faces the reader: differences lie across.
    const place = before.get(label) ?? [1, 2, 0].map((axis) => (axis < k ? coordinates[i * k + axis] : 0));
    const moved = place.map((x) => x + JITTER * rng.normal());
    const norm = Math.hypot(...moved);
    moved.forEach((x, axis) => (points[3 * i + axis] = x / norm));
  });
  return points;
}
