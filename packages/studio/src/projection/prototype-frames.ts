import type { Geometry } from '@protonorm/prototype-math';
import type { Prototypes } from '@protonorm/tensor';
import { thinOut } from '../chart/thin-out.ts';
import type { UsableTables } from '../geometry/usable-tables.ts';
import { multiply, principalAxes } from './principal-axes.ts';

type Point3 = readonly [number, number, number];

/** A table of a round as points of the unit ball. */
export interface Frame {
  /** In the order of `classes` of the pictures; null for a class without a prototype or without a direction. */
  readonly points: readonly (Point3 | null)[];
  /** The two classes (positions) with the smallest angle, and the angle in radians. */
  readonly closest: { readonly pair: readonly [number, number]; readonly angleRad: number } | null;
}

/** The tables of a run in one common projection. */
export interface PrototypeFrames {
  /** Class indices, ascending. */
  readonly classes: readonly number[];
  readonly rounds: readonly number[];
  /** For each table name a frame per round; null where the round has no such table. */
  readonly tables: readonly { readonly name: string; readonly frames: readonly (Frame | null)[] }[];
  /** Share of the spread between classes that the first two axes hold, in 0..1. */
  readonly share: number;
  readonly dim: number;
}

/** Points of a picture's code in all: more would make the page heavy. */
const MOST_POINTS = 24_000;
/** Rows that the axes are fitted to: more do not change the picture. */
const MOST_ROWS = 200;
/** Length of the mean direction below which it says nothing. */
const LEAST_COMMON = 0.1;

/**
 * Projects the directions of all tables of a run on three common axes, so that rounds, and before and after alignment, can
 * be compared point by point: the first two principal axes of the tables, each centred on its own mean, and the direction
 * that all prototypes have in common (features behind a ReLU have a large one) or, if there is hardly any, the third
 * principal axis. Tables of another dimension than the last one's are left out.
 */
export function prototypeFrames(usable: UsableTables): PrototypeFrames | undefined {
  const dim = usable.rounds.flatMap(({ tables }) => Object.values(tables)).at(-1)?.dim;
  if (dim === undefined) return undefined;
  const classes = [
    ...new Set(
      usable.rounds.flatMap(({ tables }) => Object.values(tables).flatMap((table) => [...table.classes])),
    ),
  ].sort((a, b) => a - b);
  const perRound = classes.length * usable.names.length;
  const rounds = thinOut(usable.rounds, Math.max(2, Math.floor(MOST_POINTS / perRound)));
  const fitted = thinOut(rounds, Math.max(1, Math.floor(MOST_ROWS / perRound))).flatMap(({ tables }) =>
    Object.values(tables).filter((table) => table.dim === dim),
  );
  const units = fitted.map((table) => unitTable(table).rows);
  const { axes, share } = commonAxes(units, dim);
  return {
    classes,
    dim,
    rounds: rounds.map(({ round }) => round),
    share,
    tables: usable.names.map((name) => ({
      name,
      frames: rounds.map(({ tables }) => {
        const table = Object.hasOwn(tables, name) ? tables[name] : undefined;
        return table === undefined || table.dim !== dim
          ? null
          : frameOf(table, { classes, axes, geometry: usable.geometries.get(table)! });
      }),
    })),
  };
}

/** Three orthonormal axes (fewer in fewer dimensions), shape [k, d]. */
function commonAxes(units: readonly Float64Array[], dim: number): { axes: Float64Array; share: number } {
  const { axes, variances, total } = principalAxes(stack(units.map((rows) => centred(rows, dim))), { dim });
  const share = total === 0 ? 0 : (variances[0] + (variances[1] ?? 0)) / total;
  if (axes.length < 3 * dim) return { axes, share };
  const mean = meanRow(stack(units), dim);
  for (const axis of [axes.subarray(0, dim), axes.subarray(dim, 2 * dim)]) {
    const along = mean.reduce((sum, x, c) => sum + x * axis[c], 0);
    mean.forEach((x, c) => (mean[c] = x - along * axis[c]));
  }
  const length = Math.sqrt(mean.reduce((sum, x) => sum + x * x, 0));
  if (length > LEAST_COMMON)
    axes.set(
      mean.map((x) => x / length),
      2 * dim,
    );
  return { axes, share };
}

function centred(rows: Float64Array, dim: number): Float64Array {
  const mean = meanRow(rows, dim);
  return rows.map((x, at) => x - mean[at % dim]);
}

function meanRow(rows: Float64Array, dim: number): Float64Array {
  const mean = new Float64Array(dim);
  rows.forEach((x, at) => (mean[at % dim] += (x * dim) / rows.length));
  return mean;
}

function frameOf(
  table: Prototypes,
  at: { readonly classes: readonly number[]; readonly axes: Float64Array; readonly geometry: Geometry },
): Frame {
  const { classes, axes } = at;
  const { closestPair, smallestAngleRad } = at.geometry;
  const { labels, rows } = unitTable(table);
  const coordinates = multiply(rows, axes, table.dim);
  const k = axes.length / table.dim;
  const along = (row: number, axis: number): number => (axis < k ? coordinates[row * k + axis] : 0);
  return {
    points: classes.map((label) => {
      const row = labels.indexOf(label);
      return row < 0 ? null : [along(row, 0), along(row, 1), along(row, 2)];
    }),
    closest:
      closestPair === null || smallestAngleRad === null
        ? null
        : {
            pair: [classes.indexOf(closestPair[0]), classes.indexOf(closestPair[1])],
            angleRad: smallestAngleRad,
          },
  };
}

/** The rows that have a direction, at length 1. */
function unitTable({ dim, classes, vectors }: Prototypes): { labels: number[]; rows: Float64Array } {
  const labels: number[] = [];
  const rows = new Float64Array(vectors.length);
  classes.forEach((label, i) => {
    const vector = vectors.subarray(i * dim, (i + 1) * dim);
    const largest = vector.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    if (largest === 0) return;
    const norm = largest * Math.sqrt(vector.reduce((sum, x) => sum + (x / largest) ** 2, 0));
    vector.forEach((x, c) => (rows[labels.length * dim + c] = x / norm));
    labels.push(label);
  });
  return { labels, rows: rows.subarray(0, labels.length * dim) };
}

function stack(blocks: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let offset = 0;
  for (const block of blocks) {
    all.set(block, offset);
    offset += block.length;
  }
  return all;
}
