import { checkPrototypes, type Prototypes } from '@protonorm/tensor';
import { directionsOf } from '../class-table/unit-rows.ts';
import { blockNorm } from '../linear-algebra/orthonormal-rows.ts';
import { wholeMatrix } from '../linear-algebra/block.ts';
import { cosineBound, type CosineBound } from './cosine-bound.ts';
import type { LinearAlgebra } from '../linear-algebra/workspace.ts';
import { pairStatistics } from './pair-statistics.ts';

/** Options of {@link geometry}. */
export interface GeometryOptions {
  /** Where the inner products of large tables are computed. @defaultValue plain JavaScript */
  readonly linearAlgebra?: LinearAlgebra | undefined;
  /** Looked at now and then: tens of thousands of classes take seconds. */
  readonly signal?: AbortSignal | undefined;
}

/** Norms of the prototypes as they are. */
export interface NormStatistics {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

/** How a class table lies in space; plain data. */
export interface Geometry {
  /** Number of classes C. */
  readonly classes: number;
  readonly dim: number;
  /** `null` for a table without classes. */
  readonly norms: NormStatistics | null;
  /** Classes of norm 0: they have no direction and are left out of everything about angles. */
  readonly zeroClasses: readonly number[];
  /** Smallest angle between two directions in radians, 0..pi; `null`, like all up to `gap`, for fewer than two. */
  readonly smallestAngleRad: number | null;
  /** Cosine of the smallest angle. */
  readonly maxCosine: number | null;
  readonly minCosine: number | null;
  readonly meanCosine: number | null;
  /** Class indices of the pair at the smallest angle; of several pairs the first. */
  readonly closestPair: readonly [number, number] | null;
  /** The smallest `maxCosine` that this many directions can have in this dimension. */
  readonly bound: CosineBound | null;
  /** maxCosine - bound.cosine: 0 is optimal. Float32 vectors may fall below 0 by their rounding, some 1e-7. */
  readonly gap: number | null;
  /** Sum over pairs of -log distance; Infinity when two directions are equal. */
  readonly logEnergy: number;
  /** Sum over pairs of 1/distance; Infinity when two directions are equal. */
  readonly coulombEnergy: number;
}

/**
 * Measures a class table: norms, angles between the directions, how far the smallest angle is from the best possible,
 * and energies.
 *
 * @param prototypes - shape [C, d], any rows, also none
 * @param options - `linearAlgebra` for thousands of classes: C^2 d flops
 * @returns never NaN; angles are `null` where there is no pair
 * @throws as `checkPrototypes`; the signal's reason when aborted
 * @example
 * ```ts
 * import { geometry } from '@protonorm/prototype-math';
 * const axes = {
 *   dim: 2,
 *   classes: Int32Array.of(3, 5),
 *   counts: Float64Array.of(1, 1),
 *   vectors: Float32Array.of(2, 0, 0, 4),
 * };
 * geometry(axes).maxCosine; // => 0
 * geometry(axes).closestPair; // => [3, 5]
 * geometry(axes).norms; // => { min: 2, mean: 3, max: 4 }
 * geometry(axes).bound?.cosine; // => -1
 * ```
 */
export function geometry(prototypes: Prototypes, options: GeometryOptions = {}): Geometry {
  const { dim, classes } = checkPrototypes(prototypes);
  const norms = rowNorms(prototypes);
  const zeroClasses = Array.from(classes).filter((_, row) => norms[row] === 0);
  const directed = zeroClasses.length === 0 ? prototypes : withoutRows(prototypes, norms);
  return {
    classes: classes.length,
    dim,
    norms: classes.length === 0 ? null : normStatistics(norms),
    zeroClasses,
    ...angleStatistics(directed, options),
  };
}

function angleStatistics(
  prototypes: Prototypes,
  options: GeometryOptions,
): Omit<Geometry, 'classes' | 'dim' | 'norms' | 'zeroClasses'> {
  const { dim, classes } = prototypes;
  const { closest, squaredDistance, cosineSum, ...statistics } = pairStatistics(
    directionsOf(prototypes),
    options,
  );
  const { maxCosine, minCosine, logEnergy, coulombEnergy } = statistics;
  const count = classes.length;
  if (count < 2) {
    return {
      smallestAngleRad: null,
      maxCosine: null,
      minCosine: null,
      meanCosine: null,
      closestPair: null,
      bound: null,
      gap: null,
      logEnergy,
      coulombEnergy,
    };
  }
  const bound = cosineBound(count, dim);
  return {
    // From the chord: the arc cosine loses half the digits of a small angle.
    smallestAngleRad: 2 * Math.asin(Math.min(1, Math.sqrt(squaredDistance) / 2)),
    maxCosine,
    minCosine,
    meanCosine: cosineSum / ((count * (count - 1)) / 2),
    closestPair: [classes[closest[0]], classes[closest[1]]],
    bound,
    gap: maxCosine - bound.cosine,
    logEnergy,
    coulombEnergy,
  };
}

function rowNorms({ dim, classes, vectors }: Prototypes): Float64Array {
  const rows = wholeMatrix(new Float64Array(vectors), classes.length, dim);
  return Float64Array.from(classes, (_, row) => blockNorm({ ...rows, offset: row * dim }));
}

function normStatistics(norms: Float64Array): NormStatistics {
  return {
    min: norms.reduce((least, x) => Math.min(least, x)),
    mean: norms.reduce((sum, x) => sum + x, 0) / norms.length,
    max: norms.reduce((most, x) => Math.max(most, x)),
  };
}

/** The rows whose norm is not 0. */
function withoutRows({ dim, classes, counts, vectors }: Prototypes, norms: Float64Array): Prototypes {
  return {
    dim,
    classes: classes.filter((_, row) => norms[row] > 0),
    counts: counts.filter((_, row) => norms[row] > 0),
    vectors: vectors.filter((_, at) => norms[Math.floor(at / dim)] > 0),
  };
}
