import { checkPrototypes, ProtoNormError, type Prototypes } from '@protonorm/tensor';

/** What a file format gives; rows in the order of the file. */
export interface TableRows {
  /** Length of a row. */
  readonly dim: number;
  /** Shape [n, dim] row-major. */
  readonly values: ArrayLike<number>;
  /** Class of each row. @defaultValue 0, 1, 2, ... */
  readonly classes?: readonly number[] | undefined;
  /** Samples behind each row. @defaultValue 1 for each */
  readonly counts?: readonly number[] | undefined;
}

/** The refusal of a file of prototypes. */
export function corrupt(path: string, problem: string, received?: unknown): ProtoNormError {
  return new ProtoNormError('data-corrupt', `${path} holds no prototypes: ${problem}.`, { received });
}

/**
 * Makes the class table of a file: rows sorted by class, values rounded to float32.
 *
 * @throws `data-corrupt` for values that are no finite float32, and classes or counts that do not fit
 */
export function tableOfRows(path: string, { dim, values, classes, counts }: TableRows): Prototypes {
  const rows = dim === 0 ? 0 : values.length / dim;
  if (rows === 0 || !Number.isInteger(rows)) {
    throw corrupt(path, `${values.length} values are no whole number of rows of ${dim}`, values.length);
  }
  for (const [what, list] of [
    ['classes', classes],
    ['counts', counts],
  ] as const) {
    if (list !== undefined && list.length !== rows)
      throw corrupt(path, `there are ${rows} rows and ${list.length} ${what}`, list.length);
  }
  const order = Array.from({ length: rows }, (_, row) => row);
  const classOf = (row: number): number => classes?.[row] ?? row;
  order.sort((a, b) => classOf(a) - classOf(b));
  const repeated = order.find((row, i) => i > 0 && classOf(row) === classOf(order[i - 1]));
  if (repeated !== undefined)
    throw corrupt(path, `class ${classOf(repeated)} has two rows`, classOf(repeated));
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
    return checkPrototypes({
      dim,
      classes: Int32Array.from(order, integerClass),
      counts: Float64Array.from(order, (row) => counts?.[row] ?? 1),
      vectors,
    });
  } catch (error) {
    throw new ProtoNormError('data-corrupt', `${path}: ${(error as Error).message}`, { cause: error });
  }

  function integerClass(row: number): number {
    const label = classOf(row);
    if (Number.isInteger(label) && label >= 0 && label <= 0x7fffffff) return label;
    throw corrupt(path, `row ${row} is of class ${String(label)}, no integer >= 0`, label);
  }
}

/** The fewest digits that give a float32 back. */
export function float32Text(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}
