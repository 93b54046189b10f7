import type { Prototypes } from '@protonorm/tensor';
import { unitRows } from './unit-rows.ts';

/**
 * Scales every prototype to norm 1.
 *
 * @param prototypes - no zero rows
 * @returns a table of its own with unit rows, same classes and counts
 * @throws `zero-vector`, and as `checkPrototypes`
 * @example
 * ```ts
 * import { normalise } from '@protonorm/prototype-math';
 * const table = {
 *   dim: 2,
 *   classes: Int32Array.of(7),
 *   counts: Float64Array.of(3),
 *   vectors: Float32Array.of(0, 2),
 * };
 * Array.from(normalise(table).vectors); // => [0, 1]
 * ```
 */
export function normalise(prototypes: Prototypes): Prototypes {
  const rows = unitRows(prototypes);
  return {
    dim: prototypes.dim,
    classes: prototypes.classes.slice(),
    counts: prototypes.counts.slice(),
    vectors: new Float32Array(rows.data),
  };
}
