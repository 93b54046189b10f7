import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { ProtoNormError, type Prototypes } from '@protonorm/tensor';
import { writeWholeFile } from '../output/write-whole-file.ts';
import { readCsv, writeCsv } from './csv.ts';
import { readJson, writeJson } from './json.ts';
import { readNpy, writeNpy } from './npy.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

/** A class table and the name that its file gives it. */
export interface NamedTable {
  /** 'prototypes' in formats without names. */
  readonly name: string;
  readonly prototypes: Prototypes;
}

interface Format {
  read(bytes: Uint8Array, path: string, options: { readonly table?: string | undefined }): NamedTable;
  write(table: NamedTable): string | Uint8Array;
}

const unnamed = (
  read: (bytes: Uint8Array, path: string) => Prototypes,
  write: (prototypes: Prototypes) => string | Uint8Array,
): Format => ({
  read: (bytes, path, { table }) => {
    if (table === undefined) return { name: 'prototypes', prototypes: read(bytes, path) };
    throw new ProtoNormError('invalid-argument', `${path} has no named tables: leave out --table.`, {
      received: table,
    });
  },
  write: ({ prototypes }) => write(prototypes),
});

/** A format is one file and one row. */
const formats: Readonly<Record<string, Format>> = {
  '.npy': unnamed(readNpy, writeNpy),
  '.json': unnamed(readJson, writeJson),
  '.csv': unnamed(readCsv, writeCsv),
  '.safetensors': {
    read: readSafetensors,
    write: ({ name, prototypes }) => writeSafetensors(prototypes, name),
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

/** Writes prototypes to a file, whole or not at all; its extension says the format. */
export async function writePrototypeFile(path: string, table: NamedTable): Promise<void> {
  await writeWholeFile(path, formatOf(path).write(table));
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
