import { checkPrototypes, ProtoNormError, type Prototypes } from '@protonorm/tensor';

/**
 * Prototype upscaling: every vector times one factor (arXiv 2507.04310; released flag `-csf`, 80 there).
 *
 * The targets of the clients' pull are upscaled, the prototypes that a sample is compared with at evaluation are not: the
 * released code compares with unit vectors, and for equal norms the scale would not change the nearest one.
 *
 * @param prototypes - any rows; as released, unit rows
 * @param scale - finite, > 0
 * @returns a table of its own, same classes and counts
 * @throws `invalid-argument` for the scale, `not-finite` when a product leaves float32; as `checkPrototypes`
 * @example
 * ```ts
 * import { upscale } from '@protonorm/prototype-math';
 * const unit = {
 *   dim: 2,
 *   classes: Int32Array.of(0),
 *   counts: Float64Array.of(1),
 *   vectors: Float32Array.of(0, 1),
 * };
 * Array.from(upscale(unit, 80).vectors); // => [0, 80]
 * ```
 */
export function upscale(prototypes: Prototypes, scale: number): Prototypes {
  const { dim, classes, counts, vectors } = checkPrototypes(prototypes);
  if (!(scale > 0 && scale < Infinity)) {
    throw new ProtoNormError('invalid-argument', `A scale must be finite and > 0, received ${scale}.`, {
      received: scale,
    });
  }
  const scaled = vectors.map((x) => x * scale);
  if (!scaled.every((x) => Number.isFinite(x))) {
    throw new ProtoNormError('not-finite', `Scaled by ${scale}, the prototypes leave the range of float32.`, {
      received: scale,
    });
  }
  return { dim, classes: classes.slice(), counts: counts.slice(), vectors: scaled };
}
