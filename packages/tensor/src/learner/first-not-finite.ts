/**
 * The position of the first NaN or infinity, -1 when all numbers are finite.
 *
 * A plain loop: `findIndex` with a callback takes ten times as long on the millions of numbers that are looked at in a round.
 *
 * @example
 * ```ts
 * import { firstNotFinite } from '@protonorm/tensor';
 * firstNotFinite(Float32Array.of(1, NaN, Infinity)); // => 1
 * ```
 */
export function firstNotFinite(values: Float32Array): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}
