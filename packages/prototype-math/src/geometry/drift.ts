import { checkPrototypes, ProtoNormError, rowOfClass, rowVector, type Prototypes } from '@protonorm/tensor';

/** How far the prototypes of each class went between two rounds; plain data. */
export interface Drift {
  /** Classes in both tables, ascending, shape [n]. */
  readonly classes: Int32Array;
  /** Angle between before and after in radians, 0..pi, shape [n]; pi/2 where either has norm 0. */
  readonly anglesRad: Float64Array;
  /** Euclidean distance between before and after, shape [n]. */
  readonly distances: Float64Array;
  /** Mean over the common classes; 0 without any. */
  readonly meanAngleRad: number;
  readonly meanDistance: number;
  /** Classes only in the later table. */
  readonly appeared: readonly number[];
  /** Classes only in the earlier table. */
  readonly disappeared: readonly number[];
}

/**
 * Compares the tables of two rounds class by class.
 *
 * @param before - the earlier table
 * @param after - the later table, of the same dim
 * @throws `shape-mismatch` for another dim; as `checkPrototypes`
 * @example
 * ```ts
 * import { drift } from '@protonorm/prototype-math';
 * const before = {
 *   dim: 2,
 *   classes: Int32Array.of(0, 1),
 *   counts: Float64Array.of(1, 1),
 *   vectors: Float32Array.of(3, 0, 0, 1),
 * };
 * const after = { ...before, vectors: Float32Array.of(0, 4, 0, 1) };
 * Array.from(drift(before, after).distances); // => [5, 0]
 * drift(before, after).anglesRad[0].toFixed(4); // => '1.5708'
 * ```
 */
export function drift(before: Prototypes, after: Prototypes): Drift {
  checkPrototypes(before, 'before');
  checkPrototypes(after, 'after');
  if (before.dim !== after.dim) {
    throw new ProtoNormError(
      'shape-mismatch',
      `Prototypes of dim ${before.dim} cannot drift to dim ${after.dim}.`,
      {
        received: after.dim,
        expected: before.dim,
      },
    );
  }
  const classes = before.classes.filter((label) => rowOfClass(after, label) >= 0);
  const anglesRad = new Float64Array(classes.length);
  const distances = new Float64Array(classes.length);
  classes.forEach((label, i) => {
    const from = rowVector(before, rowOfClass(before, label));
    const to = rowVector(after, rowOfClass(after, label));
    anglesRad[i] = angleBetween(from, to);
    distances[i] = norm(from, (x, k) => x - to[k]);
  });
  return {
    classes,
    anglesRad,
    distances,
    meanAngleRad: mean(anglesRad),
    meanDistance: mean(distances),
    appeared: Array.from(after.classes).filter((label) => rowOfClass(before, label) < 0),
    disappeared: Array.from(before.classes).filter((label) => rowOfClass(after, label) < 0),
  };
}

/** Kahan's formula, exact for small angles and for those near pi alike. */
function angleBetween(a: Float32Array, b: Float32Array): number {
  const lengthA = norm(a);
  const lengthB = norm(b);
  if (lengthA === 0 || lengthB === 0) return Math.PI / 2;
  const across = norm(a, (x, k) => x / lengthA - b[k] / lengthB);
  const along = norm(a, (x, k) => x / lengthA + b[k] / lengthB);
  return 2 * Math.atan2(across, along);
}

/** Norm of a vector after a map of its entries, in float64. */
function norm(vector: Float32Array, map: (x: number, k: number) => number = (x) => x): number {
  let squares = 0;
  for (let k = 0; k < vector.length; k++) squares += map(vector[k], k) ** 2;
  return Math.sqrt(squares);
}

function mean(values: Float64Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, x) => sum + x, 0) / values.length;
}
