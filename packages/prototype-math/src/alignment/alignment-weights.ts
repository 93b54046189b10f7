import { ProtoNormError } from '@protonorm/tensor';

/** What moving each prototype costs: all the same, the samples behind it, or one number > 0 for each row. */
export type AlignmentWeights = 'uniform' | 'counts' | ArrayLike<number>;

/**
 * One positive weight for each row, scaled to mean 1.
 *
 * @param counts - samples behind each row, shape [C]
 * @returns shape [C]; a new array
 * @throws `invalid-argument` for an unknown name or weights that are not finite and > 0, `shape-mismatch` for another
 *   number of weights than C
 */
export function readWeights(counts: Float64Array, weights: AlignmentWeights = 'uniform'): Float64Array {
  if (typeof weights === 'string' && weights !== 'uniform' && weights !== 'counts') {
    throw new ProtoNormError('invalid-argument', `There are no weights '${String(weights)}'.`, {
      received: weights,
      expected: ['uniform', 'counts'],
      hint: "Take 'uniform', 'counts', or one number for each prototype.",
    });
  }
  if (weights === 'uniform') return new Float64Array(counts.length).fill(1);
  const given = Float64Array.from(weights === 'counts' ? counts : weights);
  if (given.length !== counts.length) {
    throw new ProtoNormError(
      'shape-mismatch',
      `${counts.length} prototypes cannot have ${given.length} weights.`,
      {
        received: given.length,
        expected: counts.length,
      },
    );
  }
  const mean = given.reduce((sum, w) => sum + w, 0) / given.length;
  for (const weight of given) {
    if (weight > 0 && mean < Infinity) continue;
    throw new ProtoNormError('invalid-argument', `Weights must be finite and > 0, received ${weight}.`, {
      received: weight,
    });
  }
  return given.map((weight) => weight / mean);
}
