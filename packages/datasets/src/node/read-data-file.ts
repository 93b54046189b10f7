import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

import { ProtoNormError } from '@protonorm/tensor';

/** Where to look for a file, and what to say when it is not there. */
interface FileSearch {
  readonly dir: string;
  /** Folders inside `dir` that are tried, in order; '.' is `dir` itself. */
  readonly folders: readonly string[];
  /** File names that are tried in each folder, in order; names that end in .gz are unpacked. */
  readonly names: readonly string[];
  /** How to get the file. */
  readonly hint: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the first file of a search that exists, unpacked when it is compressed.
 *
 * @throws `data-not-found` with all places that were tried, `data-corrupt` for a damaged .gz
 */
export async function readDataFile({ dir, folders, names, hint, signal }: FileSearch): Promise<Uint8Array> {
  const places = folders.flatMap((folder) => names.map((name) => join(dir, folder, name)));
  for (const place of places) {
    const bytes = await readIfThere(place, signal);
    if (bytes !== undefined) return place.endsWith('.gz') ? unzip(bytes, place) : bytes;
  }
  throw new ProtoNormError(
    'data-not-found',
    `Found none of ${places.map((place) => resolve(place)).join(', ')}.`,
    {
      received: dir,
      expected: names,
      hint,
    },
  );
}

async function readIfThere(place: string, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
  try {
    return await readFile(place, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ProtoNormError('data-not-found', `${place} cannot be read: ${(error as Error).message}`, {
      received: place,
      cause: error,
    });
  }
}

/** Unpacks gzip. */
async function unzip(bytes: Uint8Array, place: string): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(bytes);
  } catch (cause) {
    throw new ProtoNormError(
      'data-corrupt',
      `${place} is no readable gzip file: ${(cause as Error).message}.`,
      {
        received: place,
        cause,
        hint: 'It is truncated or damaged: get it again.',
      },
    );
  }
}
