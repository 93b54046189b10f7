import { createRng, type Prototypes } from '@protonorm/tensor';
import { align, type AlignmentResult } from './align.ts';
import type { AlignOptions } from './align-options.ts';

/** What {@link alignAroundMean} gives back. */
export interface AroundMeanResult {
  /** Targets m + scale * a * u_c; same classes in the same order, same counts. */
  readonly prototypes: Prototypes;
  /** The mean m of the prototypes, shape [d]. */
  readonly mean: Float64Array;
  /** The radius a at which the aligned prototypes are nearest to the given ones: (1/C) sum_c <u_c, p_c - m>. */
  readonly leastMovementRadius: number;
  /** The alignment of the centred prototypes. */
  readonly alignment: AlignmentResult;
}

/**
 * Prototype alignment around the prototypes' own mean, at the radius that moves them least.
 *
 * The alignment of the paper is around the origin, so half of its coordinates are negative: features that end in a ReLU
 * cannot reach them. All that an alignment needs are equal angles between the differences from the mean; the mean of
 * non-negative features is large, and targets around it stay within reach.
 *
 * @param prototypes - shape [C, d]; one class, or all classes at one point, come back as they are
 * @param options - of the alignment, and `scale`, a factor of the radius (prototype upscaling), > 0
 * @throws as `align`; a prototype that lies on the mean gets a seeded direction
 * @example
 * ```ts
 * import { alignAroundMean } from '@protonorm/prototype-math';
 * const prototypes = {
 *   dim: 2,
 *   classes: Int32Array.of(0, 1),
 *   counts: Float64Array.of(1, 1),
 *   vectors: Float32Array.of(3, 1, 1, 1),
 * };
 * [...alignAroundMean(prototypes, { method: 'simplex', scale: 2 }).prototypes.vectors]; // => [4, 1, 0, 1]
 * ```
 */
export function alignAroundMean(
  prototypes: Prototypes,
  options: AlignOptions & { readonly scale?: number } = {},
): AroundMeanResult {
  const { scale = 1, ...alignOptions } = options;
  const { dim, classes, counts, vectors } = prototypes;
  const count = classes.length;
  const mean = new Float64Array(dim);
  for (let i = 0; i < vectors.length; i++) mean[i % dim] += vectors[i] / count;
  const centred: Prototypes = {
    dim,
    classes,
    counts,
    vectors: Float32Array.from(vectors, (x, i) => x - mean[i % dim]),
  };
  const alignment = align(centred, { fill: 'seeded', rng: createRng(0).split('align'), ...alignOptions });
  let radius = 0;
  for (let i = 0; i < vectors.length; i++)
    radius += (alignment.prototypes.vectors[i] * centred.vectors[i]) / count;
  return {
    prototypes: {
      dim,
      classes: classes.slice(),
      counts: counts.slice(),
      vectors: Float32Array.from(alignment.prototypes.vectors, (u, i) => mean[i % dim] + scale * radius * u),
    },
    mean,
    leastMovementRadius: radius,
    alignment,
  };
}
