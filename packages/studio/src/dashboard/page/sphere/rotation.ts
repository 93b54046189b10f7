import type { Point3 } from '../measure/table-measure.ts';

/** A rotation as a matrix, row-major. */
export type Rotation = readonly [Point3, Point3, Point3];

export const NO_ROTATION: Rotation = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** The rotation, and then a turn to the right (about the upright axis) and one upward, in radians. */
export function turned(rotation: Rotation, by: { readonly right: number; readonly up: number }): Rotation {
  const [a, b, c, d] = [Math.cos(by.right), Math.sin(by.right), Math.cos(by.up), Math.sin(by.up)];
  const [x, y, z] = rotation;
  const side = combine(a, x, b, z);
  const deep = combine(-b, x, a, z);
  return [side, combine(c, y, d, deep), combine(-d, y, c, deep)];
}

export function rotate(rotation: Rotation, [x, y, z]: Point3): Point3 {
  const along = (row: Point3): number => row[0] * x + row[1] * y + row[2] * z;
  return [along(rotation[0]), along(rotation[1]), along(rotation[2])];
}

function combine(a: number, u: Point3, b: number, v: Point3): Point3 {
  return [a * u[0] + b * v[0], a * u[1] + b * v[1], a * u[2] + b * v[2]];
}
