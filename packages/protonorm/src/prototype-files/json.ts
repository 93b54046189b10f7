import { tableOfRows, type ClassTable } from './class-table.ts';
import { corrupt } from './corrupt.ts';
import { float32Text } from './float32-text.ts';

/**
 * Reads a list of rows, or `{ dim, classes, counts, vectors }` with `vectors` as a list of rows or of all numbers; only
 * `vectors` is required there, with `dim` when they are not in rows. `classes` are indices or names.
 *
 * @throws `data-corrupt` with the row
 */
export function readJson(bytes: Uint8Array, path: string): ClassTable {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw corrupt(path, `it is no JSON (${(error as Error).message})`);
  }
  const object = Array.isArray(value) ? { vectors: value as unknown } : value;
  if (typeof object !== 'object' || object === null)
    throw corrupt(path, 'it is no list and no object', value);
  const known = ['dim', 'classes', 'counts', 'vectors'];
  const other = Object.keys(object).find((key) => !known.includes(key));
  if (other !== undefined) throw corrupt(path, `the key '${other}' is none of ${known.join(', ')}`, other);
  const { dim, classes, counts, vectors } = object as Record<string, unknown>;
  if (!Array.isArray(vectors)) throw corrupt(path, "'vectors' is no list", vectors);
  if (vectors.length === 0) throw corrupt(path, 'it has no rows', vectors);
  const nested = Array.isArray(vectors[0]);
  const width = nested ? (vectors[0] as unknown[]).length : dim;
  if (!isLength(width) || (!nested && width === 0) || (dim ?? width) !== width) {
    throw corrupt(
      path,
      `'dim' is ${JSON.stringify(dim)}${nested ? `, the first row has ${width}` : ''}`,
      dim,
    );
  }
  if (!nested && vectors.length % width !== 0) {
    throw corrupt(path, `${vectors.length} values are no whole number of rows of ${width}`, vectors.length);
  }
  const rows = nested ? vectors.length : vectors.length / width;
  const values = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const vector: unknown = nested ? vectors[row] : vectors.slice(row * width, (row + 1) * width);
    if (!Array.isArray(vector) || vector.length !== width)
      throw corrupt(path, `row ${row} has not the ${width} values of the first`, vector);
    for (let k = 0; k < width; k++) {
      const number: unknown = vector[k];
      if (typeof number !== 'number')
        throw corrupt(path, `row ${row} has ${JSON.stringify(number)} at position ${k}, no number`, number);
      values[row * width + k] = number;
    }
  }
  return tableOfRows(path, {
    rows,
    dim: width,
    values,
    classes: classes === undefined ? undefined : labels(classes, path),
    counts: counts === undefined ? undefined : numbers(counts, 'counts', path),
  });
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

/** All indices or all names; a mixture is a mistake of whoever wrote it. */
function labels(list: unknown, path: string): readonly (number | string)[] {
  if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list;
  return numbers(list, 'classes', path);
}

function numbers(list: unknown, what: string, path: string): readonly number[] {
  const bad = Array.isArray(list) ? list.findIndex((item) => typeof item !== 'number') : 0;
  if (bad < 0) return list as number[];
  throw corrupt(path, `'${what}' holds ${JSON.stringify(Array.isArray(list) ? list[bad] : list)}, no number`);
}

/** Writes `{ dim, classes, counts, vectors }` with a row for each class; `classes` are the names, if there are any. */
export function writeJson({ prototypes, classNames }: ClassTable): string {
  const { dim, classes, counts, vectors } = prototypes;
  const rows = Array.from(classes, (_, row) =>
    Array.from(vectors.subarray(row * dim, (row + 1) * dim), float32Text).join(','),
  );
  const labels = JSON.stringify(classNames ?? Array.from(classes));
  return `{"dim":${dim},"classes":${labels},"counts":[${counts.join(',')}],"vectors":[\n[${rows.join('],\n[')}]\n]}\n`;
}
