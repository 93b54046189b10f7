/** Unit vector in the picture, x to the right, y up, z toward the reader. */
export type Point3 = readonly [number, number, number];

/** A class table of a round, measured and placed on the sphere; plain data. Angles are in degrees. */
export interface TableMeasure {
  /** Name of the table. */
  readonly name: string;
  readonly round: number;
  readonly dim: number;
  readonly classes: readonly number[];
  readonly counts: readonly number[];
  readonly norms: readonly number[];
  /** Of each class the nearest other one (position in `classes`) and the angle to it; null where there is none. */
  readonly nearest: readonly ({ readonly at: number; readonly degrees: number } | null)[];
  readonly smallest: { readonly pair: readonly [number, number]; readonly degrees: number } | null;
  /** The largest smallest angle that is possible for so many directions; null for fewer than two. */
  readonly bound: number | null;
  /** Between this round's and the last measured round's prototype of each class; null for a new class. */
  readonly drift: readonly (number | null)[];
  /** Shape [classes, classes]; null with more classes than {@link MOST_CLASSES}. */
  readonly angles: Float32Array | null;
  /** Null likewise. */
  readonly picture: { readonly points: readonly Point3[]; readonly errorDegrees: number } | null;
}

/** With more, angles of all pairs and the picture are left out: neither could be read. */
export const MOST_CLASSES = 300;
