import { firstNotFinite, ProtoNormError } from '@protonorm/tensor';

/** Number of samples in a feature matrix; @throws `shape-mismatch`, `not-finite` */
export function sampleCount(features: Float32Array, dim: number): number {
  if (features.length % dim !== 0) {
    throw new ProtoNormError(
      'shape-mismatch',
      `Features for prototypes of dim ${dim} must have a multiple of ${dim} entries, received ${features.length}.`,
      { received: features.length, expected: `a multiple of ${dim}` },
    );
  }
  const bad = firstNotFinite(features);
  if (bad >= 0) {
    throw new ProtoNormError(
      'not-finite',
      `The features of sample ${Math.floor(bad / dim)} hold ${features[bad]} at dimension ${bad % dim}.`,
      { received: features[bad], hint: 'Training has diverged: lower the learning rate or the scale.' },
    );
  }
  return features.length / dim;
}
