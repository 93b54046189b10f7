import { rowVector, type Prototypes } from '@protonorm/tensor';

/** The rows that have a direction: a class whose features are all dead ReLUs has none, and is left out. */
export function withoutZeroRows(prototypes: Prototypes): Prototypes {
  const { dim, classes, counts } = prototypes;
  const kept = Array.from(classes.keys()).filter((row) => rowVector(prototypes, row).some((x) => x !== 0));
  if (kept.length === classes.length) return prototypes;
  const vectors = new Float32Array(kept.length * dim);
  kept.forEach((row, i) => vectors.set(rowVector(prototypes, row), i * dim));
  return {
    dim,
    classes: Int32Array.from(kept, (row) => classes[row]),
    counts: Float64Array.from(kept, (row) => counts[row]),
    vectors,
  };
}
