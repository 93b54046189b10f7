import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { ProtoNormError } from '@protonorm/tensor';
import type { ClassTable } from './class-table.ts';
import { readCsv, writeCsv } from './csv.ts';
import { readJson, writeJson } from './json.ts';
import { readNpy, writeNpy } from './npy.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

/** A class table and the name that its file gives it. */
export interface NamedTable extends ClassTable {
  /** 'prototypes' in formats without names of tables. */
  readonly name: string;
}

/** What a format has a place for beside the vectors. */
type Kept = 'classes' | 'class names' | 'counts';

interface Format {
  readonly keeps: readonly Kept[];
  read(bytes: Uint8Array, path: string, options: { readonly table?: string | undefined }): NamedTable;
  write(table: NamedTable): string | Uint8Array;
}

const unnamed = (
  keeps: readonly Kept[],
  read: (bytes: Uint8Array, path: string) => ClassTable,
  write: (table: ClassTable) => string | Uint8Array,
): Format => ({
  keeps,
  read: (bytes, path, { table }) => {
    if (table === undefined) return { name: 'prototypes', ...read(bytes, path) };
    throw new ProtoNormError('invalid-argument', `${path} has no named tables: leave out --table.`, {
      received: table,
    });
  },
  write,
});

/** A format is one file and one row. */
const formats: Readonly<Record<string, Format>> = {
  '.npy': unnamed([], readNpy, writeNpy),
  '.json': unnamed(['classes', 'class names', 'counts'], readJson, writeJson),
  '.csv': unnamed(['classes', 'class names', 'counts'], readCsv, writeCsv),
  '.safetensors': {
    keeps: ['classes', 'counts'],
    read: readSafetensors,
    write: (table) => writeSafetensors(table, table.name),
  },
};

/** Checks that a path ends as a known format does. @throws `invalid-argument` */
export function checkPrototypePath(path: string): string {
  formatOf(path);
  return path;
}

/**
 * Reads prototypes from a file; its extension says the format.
 *
 * @throws `data-not-found`, `data-corrupt`, `invalid-argument` for another extension or table
 */
export async function readPrototypeFile(
  path: string,
  options: { readonly table?: string | undefined } = {},
): Promise<NamedTable> {
  const format = formatOf(path);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new ProtoNormError('data-not-found', `${path} cannot be read: ${(error as Error).message}.`, {
      received: path,
      hint: 'Give the path of an existing file.',
      cause: error,
    });
  }
  return format.read(bytes, path, options);
}

/** The content of a file of prototypes, and what of the table has no place in it. */
export interface EncodedTable {
  readonly bytes: Uint8Array;
  readonly notKept: readonly Kept[];
}

/** Encodes prototypes for a file; its extension says the format. @throws `invalid-argument` for another extension */
export function encodePrototypeFile(path: string, table: NamedTable): EncodedTable {
  const { keeps, write } = formatOf(path);
  const content = write(table);
  return {
    bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
    notKept: told(table).filter((what) => !keeps.includes(what)),
  };
}

/** What a table says beyond the row's number and one sample a row, which any format says. */
function told({ prototypes, classNames }: ClassTable): Kept[] {
  const { classes, counts } = prototypes;
  return [
    ...(classNames !== undefined ? (['class names'] as const) : []),
    ...(classes.some((label, row) => label !== row) ? (['classes'] as const) : []),
    ...(counts.some((count) => count !== 1) ? (['counts'] as const) : []),
  ];
}

function formatOf(path: string): Format {
  const extension = extname(path).toLowerCase();
  if (Object.hasOwn(formats, extension)) return formats[extension];
  const known = Object.keys(formats).join(', ');
  throw new ProtoNormError(
    'invalid-argument',
    `${path} ends in ${extension === '' ? 'no extension' : `'${extension}'`}.`,
    { received: path, expected: Object.keys(formats), hint: `Known formats are ${known}.` },
  );
}
