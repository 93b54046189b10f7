import { checkPrototypes, ProtoNormError, type Prototypes } from '@protonorm/tensor';
import { sampleCount } from './check-features.ts';
import { squaredDistances } from './squared-distances.ts';

/** Options of {@link nearestPrototype}. */
export interface NearestPrototypeOptions {
  /**
   * `euclidean`: the smallest distance, the rule of the reference with unit prototypes. `cosine`: the smallest angle; a
   * vector of norm 0 has cosine 0 with every other. Equal norms of the prototypes make them the same.
   * @defaultValue 'euclidean'
   */
  readonly rule?: 'euclidean' | 'cosine' | undefined;
}

/**
 * Classifies by the nearest prototype; of equally near classes the lowest.
 *
 * @param features - shape [n, d] row-major, float32, finite
 * @param prototypes - at least one class
 * @returns class indices, shape [n]
 * @throws `invalid-argument` for a table without classes or an unknown rule, `shape-mismatch`, `not-finite`; as
 *   `checkPrototypes`
 * @example
 * ```ts
 * import { nearestPrototype } from '@protonorm/prototype-math';
 * const prototypes = {
 *   dim: 2,
 *   classes: Int32Array.of(2, 9),
 *   counts: Float64Array.of(1, 1),
 *   vectors: Float32Array.of(1, 0, 0, 1),
 * };
 * Array.from(nearestPrototype(Float32Array.of(5, 1, 0, 3), prototypes)); // => [2, 9]
 * ```
 */
export function nearestPrototype(
  features: Float32Array,
  prototypes: Prototypes,
  options: NearestPrototypeOptions = {},
): Int32Array {
  const { rule = 'euclidean' } = options;
  const { dim, classes } = checkPrototypes(prototypes);
  if (rule !== 'euclidean' && rule !== 'cosine') {
    throw new ProtoNormError(
      'invalid-argument',
      `There is no rule '${String(rule)}' for the nearest prototype.`,
      {
        received: rule,
        expected: ['euclidean', 'cosine'],
        hint: "Take 'euclidean' or 'cosine'.",
      },
    );
  }
  const samples = sampleCount(features, dim);
  if (classes.length === 0) {
    throw new ProtoNormError('invalid-argument', 'A table without classes has no nearest prototype.', {
      received: prototypes,
      hint: 'Ask for predictions after the first table has come.',
    });
  }
  const cost = rule === 'euclidean' ? squaredDistances : negativeCosines(prototypes);
  const costs = new Float64Array(classes.length);
  const nearest = new Int32Array(samples);
  for (let sample = 0; sample < samples; sample++) {
    cost(costs, features, { prototypes, sample });
    let best = 0;
    for (let row = 1; row < costs.length; row++) if (costs[row] < costs[best]) best = row;
    nearest[sample] = classes[best];
  }
  return nearest;
}

/** -<z, p>/|p|: the order of the angles, since |z| is the same for all classes. */
function negativeCosines({ dim, classes, vectors }: Prototypes): typeof squaredDistances {
  const norms = Float64Array.from(classes, (_, row) => {
    let squares = 0;
    for (let at = row * dim; at < (row + 1) * dim; at++) squares += vectors[at] * vectors[at];
    return Math.sqrt(squares);
  });
  return (out, features, { sample }) => {
    for (let row = 0; row < out.length; row++) {
      let product = 0;
      for (let k = 0; k < dim; k++) product += features[sample * dim + k] * vectors[row * dim + k];
      out[row] = norms[row] === 0 ? 0 : -product / norms[row];
    }
  };
}
