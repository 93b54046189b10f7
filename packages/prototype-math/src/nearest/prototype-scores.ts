import { checkPrototypes, ProtoNormError, type Prototypes } from '@protonorm/tensor';
import { sampleCount } from './check-features.ts';
import { squaredDistances } from './squared-distances.ts';

/**
 * Class scores of the reference's evaluation rule: minus the mean squared difference between the features and each
 * prototype (released `test_metrics`: argmin of MSELoss with the unit prototypes). The largest score is the prediction;
 * of equal ones the class with the lowest index.
 *
 * The released code stacks all classes and fails when one never came; here a missing class scores -Infinity.
 *
 * @param features - shape [n, d] row-major, float32, finite
 * @param prototypes - as they are compared, unit rows in the reference; may be empty
 * @param classes - number of classes, so that classes 0..classes-1 are scored
 * @returns shape [n, classes] row-major, float64
 * @throws `shape-mismatch`, `not-finite`, `unknown-class` for a prototype of a class >= classes, `invalid-argument` for a
 *   number of classes that is no integer >= 1; as `checkPrototypes`
 * @example
 * ```ts
 * import { prototypeScores } from '@protonorm/prototype-math';
 * const prototypes = {
 *   dim: 2,
 *   classes: Int32Array.of(0, 2),
 *   counts: Float64Array.of(1, 1),
 *   vectors: Float32Array.of(1, 0, 0, 1),
 * };
 * Array.from(prototypeScores(Float32Array.of(1, 2), prototypes, 3)); // => [-2, -Infinity, -1]
 * ```
 */
export function prototypeScores(
  features: Float32Array,
  prototypes: Prototypes,
  classes: number,
): Float64Array {
  checkPrototypes(prototypes);
  if (!(Number.isSafeInteger(classes) && classes >= 1)) {
    throw new ProtoNormError(
      'invalid-argument',
      `The number of classes must be an integer >= 1, received ${classes}.`,
      { received: classes },
    );
  }
  const highest = prototypes.classes.at(-1) ?? 0;
  if (highest >= classes) {
    throw new ProtoNormError(
      'unknown-class',
      `A prototype of class ${highest} is beyond the ${classes} classes.`,
      {
        received: highest,
        expected: `0..${classes - 1}`,
      },
    );
  }
  const samples = sampleCount(features, prototypes.dim);
  const scores = new Float64Array(samples * classes).fill(-Infinity);
  const squares = new Float64Array(prototypes.classes.length);
  for (let sample = 0; sample < samples; sample++) {
    squaredDistances(squares, features, { prototypes, sample });
    for (let row = 0; row < squares.length; row++) {
      scores[sample * classes + prototypes.classes[row]] = -squares[row] / prototypes.dim;
    }
  }
  return scores;
}
