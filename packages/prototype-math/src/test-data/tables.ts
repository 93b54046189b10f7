import { createRng, type Prototypes } from '@protonorm/tensor';

/** A table from its rows, of classes 0.. unless given, one sample each unless given. */
export function tableOf(
  rows: readonly (readonly number[])[],
  { dim = rows[0]?.length ?? 1, classes = rows.map((_, i) => i), counts = rows.map(() => 1) } = {},
): Prototypes {
  return {
    dim,
    classes: Int32Array.from(classes),
    counts: Float64Array.from(counts),
    vectors: Float32Array.from(rows.flat()),
  };
}

/** Independent normal entries: directions that are nearly orthogonal. */
export function gaussianTable(seed: number, count: number, dim: number): Prototypes {
  const rng = createRng(seed).split('gaussian');
  return tableOf(
    matrix(count, dim, () => rng.normal()),
    { dim },
  );
}

/** What untrained ReLU networks give: non-negative, and one common direction with small differences (cosines near .95). */
export function reluTable(seed: number, count: number, dim: number): Prototypes {
  const rng = createRng(seed).split('relu');
  const common = Array.from({ length: dim }, () => Math.abs(rng.normal()));
  return tableOf(
    matrix(count, dim, (k) => common[k] + 0.5 * Math.abs(rng.normal())),
    { dim },
  );
}

/** Largest absolute difference of two arrays of one length; NaN when any entry is NaN. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let max = 0;
  for (let i = 0; i < a.length; i++) max = Math.max(max, Math.abs(a[i] - b[i]));
  return max;
}

function matrix(rows: number, cols: number, entry: (k: number) => number): number[][] {
  return Array.from({ length: rows }, () => Array.from({ length: cols }, (_, k) => entry(k)));
}
