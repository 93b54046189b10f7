import type { Prototypes } from '@protonorm/tensor';

/**
 * |z - p|^2 from one feature vector to every prototype, in float64.
 *
 * @param out - shape [C], overwritten
 * @param features - shape [n, d]
 * @param sample - row of `features`
 */
export function squaredDistances(
  out: Float64Array,
  features: Float32Array,
  { prototypes, sample }: { readonly prototypes: Prototypes; readonly sample: number },
): void {
  const { dim, vectors } = prototypes;
  const from = sample * dim;
  for (let row = 0; row < out.length; row++) {
    const at = row * dim;
    let sum = 0;
    for (let k = 0; k < dim; k++) {
      const difference = features[from + k] - vectors[at + k];
      sum += difference * difference;
    }
    out[row] = sum;
  }
}
