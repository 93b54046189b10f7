import type { Geometry } from '../geometry/geometry.ts';
import type { WarningSign } from './warning-sign.ts';

/** Share of the best possible smallest angle below which two targets count as overlapping. */
const SMALLEST_SHARE = 2 / 3;

/**
 * The sign of too little alignment: two targets are closer than two thirds of the angle that is possible for so many
 * classes in so many dimensions.
 *
 * The released iteration with its early stop keeps to .96 of it at (10, 512) and .9 at (100, 512): it is silent there.
 *
 * @param geometry - of the targets, around the centre they are aligned around
 * @returns at most one sign
 * @example
 * ```ts
 * import { geometry, overlapSigns } from '@protonorm/prototype-math';
 * const targets = {
 *   dim: 2,
 *   classes: Int32Array.of(0, 1),
 *   counts: Float64Array.of(1, 1),
 *   vectors: Float32Array.of(1, 0, 0.8, 0.6),
 * };
 * overlapSigns(geometry(targets))[0].code; // => 'prototype-overlap'
 * ```
 */
export function overlapSigns(
  geometry: Pick<Geometry, 'smallestAngleRad' | 'closestPair' | 'bound'>,
): readonly WarningSign<'prototype-overlap'>[] {
  const { smallestAngleRad: angle, closestPair, bound } = geometry;
  if (angle === null || bound === null || closestPair === null) return [];
  const best = Math.acos(Math.max(-1, Math.min(1, bound.cosine)));
  if (angle >= SMALLEST_SHARE * best) return [];
  return [
    {
      code: 'prototype-overlap',
      message: `The targets of classes ${closestPair[0]} and ${closestPair[1]} are ${degrees(angle)} apart, where ${degrees(best)} are possible: raise the passes of the alignment, or take the method 'auto'.`,
    },
  ];
}

function degrees(radians: number): string {
  return `${((180 * radians) / Math.PI).toFixed(0)} degrees`;
}
