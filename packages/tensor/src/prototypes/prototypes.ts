import { ProtoNormError } from '../errors/protonorm-error.ts';

/**
 * A class table: one mean feature vector for each class that is present.
 *
 * The one value that flows through everything: client, wire, reducer, alignment, dashboard. A missing class has no row;
 * there are no NaN rows and no zero rows that mean "missing".
 */
export interface Prototypes {
  /** Length d of a vector, >= 1. */
  readonly dim: number;
  /** Class indices, shape [n], int32, ascending, each at most once, >= 0. */
  readonly classes: Int32Array;
  /** Samples that each mean stands for, shape [n], float64, > 0 (an integer unless weights were used). */
  readonly counts: Float64Array;
  /** Vectors in the order of `classes`, shape [n, d] row-major, float32, finite. */
  readonly vectors: Float32Array;
}

/** The table without any class. */
export function emptyPrototypes(dim: number): Prototypes {
  return { dim, classes: new Int32Array(0), counts: new Float64Array(0), vectors: new Float32Array(0) };
}

/**
 * Checks that a value is a well-formed class table and returns it.
 *
 * @param prototypes - the table
 * @param where - what the message calls it
 * @throws `shape-mismatch` for lengths that disagree, `unknown-class` for classes that are negative, repeated or not
 *   ascending, `not-finite` for NaN or infinity in vectors, `invalid-argument` for counts that are not positive
 * @example
 * ```ts
 * import { checkPrototypes } from '@protonorm/tensor';
 * const vectors = Float32Array.of(1, 0, 0, 1);
 * const table = { dim: 2, classes: Int32Array.of(0, 3), counts: Float64Array.of(5, 1), vectors };
 * checkPrototypes(table).classes.length; // => 2
 * ```
 */
export function checkPrototypes(prototypes: Prototypes, where = 'prototypes'): Prototypes {
  const { dim, classes, counts, vectors } = prototypes;
  if (!(Number.isInteger(dim) && dim >= 1)) {
    throw new ProtoNormError('shape-mismatch', `${where}.dim must be an integer >= 1, received ${dim}.`, {
      received: dim,
    });
  }
  if (!(classes instanceof Int32Array && counts instanceof Float64Array && vectors instanceof Float32Array)) {
    throw new ProtoNormError(
      'shape-mismatch',
      `${where} must hold classes as Int32Array, counts as Float64Array and vectors as Float32Array.`,
      { received: prototypes },
    );
  }
  const n = classes.length;
  if (counts.length !== n || vectors.length !== n * dim) {
    throw new ProtoNormError(
      'shape-mismatch',
      `${where} has ${n} classes of dim ${dim}, but ${counts.length} counts and ${vectors.length} vector entries.`,
      { received: [counts.length, vectors.length], expected: [n, n * dim] },
    );
  }
  for (let i = 0; i < n; i++) {
    if (classes[i] < 0 || (i > 0 && classes[i] <= classes[i - 1])) {
      throw new ProtoNormError(
        'unknown-class',
        `${where}.classes must be ascending and not negative, received ${classes[i]} at position ${i}.`,
        { received: classes[i] },
      );
    }
    if (!(counts[i] > 0 && Number.isFinite(counts[i]))) {
      throw new ProtoNormError(
        'invalid-argument',
        `${where}.counts must be positive and finite, received ${counts[i]} for class ${classes[i]}.`,
        { received: counts[i], hint: 'Leave out classes without samples.' },
      );
    }
  }
  for (let i = 0; i < vectors.length; i++) {
    if (!Number.isFinite(vectors[i])) {
      const row = Math.floor(i / dim);
      throw new ProtoNormError(
        'not-finite',
        `${where} of class ${classes[row]} has ${vectors[i]} at dimension ${i % dim}.`,
        { received: vectors[i], hint: 'Training has diverged: lower the learning rate or the scale.' },
      );
    }
  }
  return prototypes;
}

/** Position of a class in a table, or -1; by bisection. */
export function rowOfClass(prototypes: Prototypes, label: number): number {
  const { classes } = prototypes;
  let low = 0;
  let high = classes.length - 1;
  while (low <= high) {
    const mid = (low + high) >> 1;
    if (classes[mid] === label) return mid;
    if (classes[mid] < label) low = mid + 1;
    else high = mid - 1;
  }
  return -1;
}

/** The vector of row i as a view, shape [d]; writing to it writes to the table. */
export function rowVector(prototypes: Prototypes, row: number): Float32Array {
  return prototypes.vectors.subarray(row * prototypes.dim, (row + 1) * prototypes.dim);
}
