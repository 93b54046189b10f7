import { ProtoNormError, type Prototypes } from '@protonorm/tensor';
import { unitRows } from '../class-table/unit-rows.ts';
import { LogDistances } from './log-distances.ts';
import { forEachDistance } from './pair-distances.ts';

/** Options of {@link energy}. */
export interface EnergyOptions {
  /** Exponent of the Riesz energy, finite, >= 0; 0 is the logarithmic energy, 1 Coulomb's. @defaultValue 0 */
  readonly s?: number | undefined;
}

/**
 * Riesz energy of the directions: the sum over all pairs of 1/|u_a - u_b|^s, and of -log |u_a - u_b| for s = 0.
 *
 * The paper's Thomson problem (arXiv 2507.04310) is s = 1; the force of the released code descends s = 0.
 *
 * @param prototypes - no zero rows; norms are ignored
 * @returns 0 for fewer than two classes, Infinity when two directions are equal
 * @throws `zero-vector`, `invalid-argument` for s; as `checkPrototypes`
 * @example
 * ```ts
 * import { energy } from '@protonorm/prototype-math';
 * const poles = {
 *   dim: 2,
 *   classes: Int32Array.of(0, 1),
 *   counts: Float64Array.of(1, 1),
 *   vectors: Float32Array.of(1, 0, -1, 0),
 * };
 * energy(poles, { s: 1 }); // => 0.5
 * ```
 */
export function energy(prototypes: Prototypes, options: EnergyOptions = {}): number {
  const { s = 0 } = options;
  if (!(s >= 0 && s < Infinity)) {
    throw new ProtoNormError('invalid-argument', `s must be finite and >= 0, received ${s}.`, {
      received: s,
    });
  }
  const rows = unitRows(prototypes);
  if (s === 0) {
    const distances = new LogDistances();
    forEachDistance(rows, (squaredDistance) => {
      distances.product = distances.multiply(distances.product, squaredDistance);
    });
    return distances.energy;
  }
  let total = 0;
  forEachDistance(rows, (squaredDistance) => {
    total += pairEnergy(squaredDistance, s);
  });
  return total;
}

/** Energy of one pair at a squared distance. */
export function pairEnergy(squaredDistance: number, s: number): number {
  if (s === 0) return -0.5 * Math.log(squaredDistance);
  if (s === 1) return 1 / Math.sqrt(squaredDistance);
  return squaredDistance ** (-0.5 * s);
}
