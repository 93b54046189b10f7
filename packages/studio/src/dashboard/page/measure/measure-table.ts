import { drift, geometry } from '@protonorm/prototype-math';
import { rowVector, type Prototypes } from '@protonorm/tensor';
import { sphericalEmbedding } from './spherical-embedding.ts';
import { startPoints } from './start-points.ts';
import { MOST_CLASSES, type Point3, type TableMeasure } from './table-measure.ts';

const DEGREES = 180 / Math.PI;

/** What a table is measured against. */
export interface MeasuredBefore {
  /** Of the round before; undefined for the first. */
  readonly table: Prototypes | undefined;
  /** Where classes were drawn. */
  readonly points: ReadonlyMap<number, Point3>;
}

/**
 * Measures a class table and places it on the sphere.
 *
 * @throws as `checkPrototypes`: tables of a run that diverged are not finite
 */
export function measureTable(
  table: Prototypes,
  at: { readonly name: string; readonly round: number; readonly before: MeasuredBefore },
): TableMeasure {
  const { name, round, before } = at;
  const { dim } = table;
  const classes = Array.from(table.classes);
  const { closestPair, smallestAngleRad, bound } = geometry(table);
  const small = classes.length <= MOST_CLASSES;
  const { units, norms } = unitRows(table);
  const anglesRad = small ? pairAngles(units, dim) : undefined;
  return {
    name,
    round,
    dim,
    classes,
    counts: Array.from(table.counts),
    norms,
    nearest: anglesRad === undefined ? classes.map(() => null) : nearestOf(anglesRad, classes.length),
    smallest:
      closestPair === null || smallestAngleRad === null
        ? null
        : {
            pair: [classes.indexOf(closestPair[0]), classes.indexOf(closestPair[1])],
            degrees: smallestAngleRad * DEGREES,
          },
    bound: bound === null ? null : Math.acos(Math.max(-1, Math.min(1, bound.cosine))) * DEGREES,
    drift: driftOf(table, before.table),
    angles: anglesRad === undefined ? null : Float32Array.from(anglesRad, (angle) => angle * DEGREES),
    picture:
      anglesRad === undefined ? null : pictureOf(anglesRad, { units, dim, classes, before: before.points }),
  };
}

function pictureOf(
  anglesRad: Float64Array,
  at: {
    readonly units: Float64Array;
    readonly dim: number;
    readonly classes: readonly number[];
    readonly before: ReadonlyMap<number, Point3>;
  },
): TableMeasure['picture'] {
  const { points, errorRad } = sphericalEmbedding(anglesRad, startPoints(at.units, at));
  return {
    points: at.classes.map((_, i) => [points[3 * i], points[3 * i + 1], points[3 * i + 2]]),
    errorDegrees: errorRad * DEGREES,
  };
}

/** Rows at length 1; one without a direction stays 0, at a right angle to all others. */
function unitRows(table: Prototypes): { units: Float64Array; norms: number[] } {
  const { dim, classes } = table;
  const units = new Float64Array(table.vectors.length);
  const norms = Array.from(classes, (_, row) => {
    const vector = rowVector(table, row);
    const norm = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
    if (norm > 0) for (let c = 0; c < dim; c++) units[row * dim + c] = vector[c] / norm;
    return norm;
  });
  return { units, norms };
}

/** In radians, shape [n, n]. */
function pairAngles(units: Float64Array, dim: number): Float64Array {
  const n = units.length / dim;
  const angles = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let cosine = 0;
      for (let c = 0; c < dim; c++) cosine += units[i * dim + c] * units[j * dim + c];
      angles[i * n + j] = angles[j * n + i] = Math.acos(Math.max(-1, Math.min(1, cosine)));
    }
  }
  return angles;
}

function nearestOf(anglesRad: Float64Array, n: number): TableMeasure['nearest'] {
  return Array.from({ length: n }, (_, i) => {
    let at = -1;
    for (let j = 0; j < n; j++)
      if (j !== i && (at < 0 || anglesRad[i * n + j] < anglesRad[i * n + at])) at = j;
    return at < 0 ? null : { at, degrees: anglesRad[i * n + at] * DEGREES };
  });
}

function driftOf(table: Prototypes, before: Prototypes | undefined): (number | null)[] {
  const classes = Array.from(table.classes);
  if (before === undefined || before.dim !== table.dim) return classes.map(() => null);
  const { classes: common, anglesRad } = drift(before, table);
  const angles = new Map(Array.from(common, (label, i) => [label, anglesRad[i] * DEGREES]));
  return classes.map((label) => angles.get(label) ?? null);
}
