import { checkPrototypes, ProtoNormError, type Prototypes } from '@protonorm/tensor';
import { classesOfLabels } from './class-labels.ts';
import { corrupt } from './corrupt.ts';

/** The classes of a file. */
export interface ClassTable {
  readonly prototypes: Prototypes;
  /** Where the file names its classes: the name of each row, whose class is then 0, 1, 2, ... */
  readonly classNames?: readonly string[] | undefined;
}

/** What a file format gives; rows in the order of the file. */
export interface TableRows {
  /** Number of rows. */
  readonly rows: number;
  /** Length of a row. */
  readonly dim: number;
  /** Shape [rows, dim] row-major. */
  readonly values: ArrayLike<number>;
  /** Class of each row: an index, or a name. @defaultValue 0, 1, 2, ... */
  readonly classes?: readonly (number | string)[] | undefined;
  /** Samples behind each row. @defaultValue 1 for each */
  readonly counts?: readonly number[] | undefined;
}

/**
 * Makes the class table of a file: rows sorted by class, named ones in the order of the file; values rounded to float32.
 *
 * @throws `data-corrupt` for a table without rows or values, values that are no finite float32, and classes or counts
 *   that do not fit
 */
export function tableOfRows(path: string, { rows, dim, values, classes, counts }: TableRows): ClassTable {
  if (rows === 0) throw corrupt(path, 'it has no rows', 0);
  if (dim === 0) throw corrupt(path, 'its rows have no values', 0);
  if (values.length !== rows * dim) {
    throw corrupt(path, `${values.length} values are not ${rows} rows of ${dim}`, values.length);
  }
  for (const [what, list] of [
    ['classes', classes],
    ['counts', counts],
  ] as const) {
    if (list !== undefined && list.length !== rows)
      throw corrupt(path, `there are ${rows} rows and ${list.length} ${what}`, list.length);
  }
  const labels = classes === undefined ? undefined : classesOfLabels(path, classes);
  const classOf = (row: number): number => labels?.classes[row] ?? row;
  const order = Array.from({ length: rows }, (_, row) => row).sort((a, b) => classOf(a) - classOf(b));
  const vectors = new Float32Array(rows * dim);
  order.forEach((row, i) => {
    for (let k = 0; k < dim; k++) {
      const value = values[row * dim + k];
      vectors[i * dim + k] = value;
      if (!Number.isFinite(vectors[i * dim + k])) {
        throw corrupt(path, `row ${row} has ${String(value)} at position ${k}, no finite float32`, value);
      }
    }
  });
  try {
    const prototypes = checkPrototypes({
      dim,
      classes: Int32Array.from(order, classOf),
      counts: Float64Array.from(order, (row) => counts?.[row] ?? 1),
      vectors,
    });
    return { prototypes, classNames: labels?.names };
  } catch (error) {
    throw new ProtoNormError('data-corrupt', `${path}: ${(error as Error).message}`, { cause: error });
  }
}
