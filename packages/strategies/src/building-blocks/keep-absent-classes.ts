import { rowVector, type Prototypes } from '@protonorm/tensor';

/**
 * The rows of `current`, and of `previous` for classes that `current` lacks: a class whose clients were absent in a round
 * keeps its last prototype instead of vanishing from the federation.
 */
export function keepAbsentClasses(current: Prototypes, previous: Prototypes | null): Prototypes {
  if (previous === null) return current;
  const rows = new Map<number, readonly [Prototypes, number]>();
  previous.classes.forEach((label, row) => rows.set(label, [previous, row]));
  current.classes.forEach((label, row) => rows.set(label, [current, row]));
  const classes = Int32Array.from(rows.keys()).sort();
  const counts = new Float64Array(classes.length);
  const vectors = new Float32Array(classes.length * current.dim);
  classes.forEach((label, i) => {
    const [table, row] = rows.get(label)!;
    counts[i] = table.counts[row];
    vectors.set(rowVector(table, row), i * current.dim);
  });
  return { dim: current.dim, classes, counts, vectors };
}
