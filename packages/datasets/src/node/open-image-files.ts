import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';

import { ProtoNormError } from '@protonorm/tensor';

import type { ImageFiles } from '../images/image-files.ts';
import { tarEntries } from './download/tar.ts';
import { readDataFile } from './read-data-file.ts';

const hint = 'Give a folder with images, or a .tar.gz of it.';

/**
 * Lists the files of a folder, or of a .tar or .tar.gz, which is held in memory.
 *
 * @throws `data-not-found` when it is missing, `data-corrupt` for a damaged archive, `signal.reason` when aborted
 */
export async function openImageFiles(path: string, signal: AbortSignal | undefined): Promise<ImageFiles> {
  const place = resolve(path);
  if (/\.(?:tar|tar\.gz)$/.test(path)) {
    const names = [basename(path)];
    const archive = await readDataFile({ dir: dirname(path), folders: ['.'], names, hint, signal });
    const entries = new Map<string, Uint8Array>();
    for (const { name, bytes } of tarEntries(archive)) entries.set(name.replace(/^(?:\.\/)+/, ''), bytes);
    return { place, names: [...entries.keys()], read: async (name) => entries.get(name)! };
  }
  try {
    const entries = await readdir(path, { recursive: true });
    return {
      place,
      names: entries.map((name) => name.split(sep).join('/')),
      read: (name) => readFile(join(path, name), { signal }),
    };
  } catch (cause) {
    throw new ProtoNormError('data-not-found', `Found no folder ${place}.`, { received: path, hint, cause });
  }
}
