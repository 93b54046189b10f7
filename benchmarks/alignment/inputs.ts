import { createRng, type Prototypes } from '@protonorm/prototype-math';

/** Independent N(0, 1) rows; or what untrained ReLU networks give: |n| + |n_i| / 2, with cosines near .95. */
export type InputKind = 'gauss' | 'relu';

/** Prototypes of a fixed seed, one sample each. */
export function inputOf(
  classes: number,
  dim: number,
  { kind = 'gauss', seed = 0 }: { readonly kind?: InputKind; readonly seed?: number } = {},
): Prototypes {
  const rng = createRng('benchmark').split(classes, dim, kind, seed);
  const common = Float64Array.from({ length: dim }, () => Math.abs(rng.normal()));
  const entry =
    kind === 'gauss' ? () => rng.normal() : (k: number) => common[k % dim] + Math.abs(rng.normal()) / 2;
  return tableOf(
    Float32Array.from({ length: classes * dim }, (_, k) => entry(k)),
    dim,
  );
}

/** The table of rows without gaps, one sample each. */
export function tableOf(vectors: Float32Array, dim: number): Prototypes {
  const classes = vectors.length / dim;
  return {
    dim,
    classes: Int32Array.from({ length: classes }, (_, i) => i),
    counts: new Float64Array(classes).fill(1),
    vectors,
  };
}
