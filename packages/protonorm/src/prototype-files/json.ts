import type { Prototypes } from '@protonorm/tensor';
import { corrupt, float32Text, tableOfRows } from './class-table.ts';

/**
 * Reads a list of rows, or `{ dim, classes, counts, vectors }` with `vectors` as a list of rows or of all numbers; only
 * `vectors` is required there, with `dim` when they are not in rows.
 *
 * @throws `data-corrupt`
 */
export function readJson(bytes: Uint8Array, path: string): Prototypes {
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
  if (!Array.isArray(vectors) || vectors.length === 0) throw corrupt(path, "'vectors' is no list", vectors);
  const nested = Array.isArray(vectors[0]);
  const width = nested ? (vectors[0] as unknown[]).length : dim;
  if (!(typeof width === 'number' && Number.isInteger(width) && width > 0) || (dim ?? width) !== width) {
    throw corrupt(
      path,
      `'dim' is ${JSON.stringify(dim)}${nested ? `, the first row has ${width}` : ''}`,
      dim,
    );
  }
  const uneven = nested ? vectors.findIndex((row) => !Array.isArray(row) || row.length !== width) : -1;
  if (uneven >= 0)
    throw corrupt(path, `row ${uneven} has not the ${width} values of the first`, vectors[uneven]);
  return tableOfRows(path, {
    dim: width,
    values: numbers(nested ? vectors.flat() : vectors, 'vectors', path),
    classes: classes === undefined ? undefined : numbers(classes, 'classes', path),
    counts: counts === undefined ? undefined : numbers(counts, 'counts', path),
  });
}

function numbers(list: unknown, what: string, path: string): number[] {
  const bad = Array.isArray(list) ? list.findIndex((item) => typeof item !== 'number') : 0;
  if (bad < 0) return list as number[];
  throw corrupt(path, `'${what}' holds ${JSON.stringify(Array.isArray(list) ? list[bad] : list)}, no number`);
}

/** Writes `{ dim, classes, counts, vectors }` with a row for each class. */
export function writeJson({ dim, classes, counts, vectors }: Prototypes): string {
  const rows = Array.from(classes, (_, row) =>
    Array.from(vectors.subarray(row * dim, (row + 1) * dim), float32Text).join(','),
  );
  return `{"dim":${dim},"classes":[${classes.join(',')}],"counts":[${counts.join(',')}],"vectors":[\n[${rows.join('],\n[')}]\n]}\n`;
}
