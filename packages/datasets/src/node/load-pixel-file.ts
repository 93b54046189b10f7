import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { ProtoNormError, type Dataset } from '@protonorm/tensor';

import { checkPixelFileMeta, parsePixelFile } from '../images/pixel-file.ts';
import { bytesSha256 } from './download/checksum.ts';
import { readDataFile } from './read-data-file.ts';

const META = '_meta.json';

/** Settings of {@link loadPixelFile}. */
export interface LoadPixelFileOptions {
  /** File of raw pixels, NHWC; unpacked when its name ends in .gz. */
  readonly pixels: string;
  /**
   * JSON file that describes them. Without it, the file `<name>_meta.json` beside the pixels whose name they start with:
   * `cifar2k_meta.json` for `cifar2k_u8_nhwc.bin.gz`.
   */
  readonly meta?: string;
  readonly signal?: AbortSignal;
}

/**
 * Loads a file of raw pixels and checks it against the checksum of its description.
 *
 * @returns the data set; its name is that of the description or of the file `<name>_meta.json`
 * @throws `data-not-found` for a missing file; `data-corrupt` for a malformed description, a wrong checksum, a wrong
 *   length, or labels that cannot be told
 */
export async function loadPixelFile({ pixels, meta, signal }: LoadPixelFileOptions): Promise<Dataset> {
  const metaFile = meta ?? (await findMeta(pixels));
  const text = new TextDecoder().decode(
    await readOne(
      metaFile,
      'Write one with shape, dtype, order and sha256, or give its name as meta.',
      signal,
    ),
  );
  const description = checkPixelFileMeta(parseJson(text, metaFile));
  const bytes = await readOne(pixels, 'Give the file of pixels that the description belongs to.', signal);
  const received = bytesSha256(bytes);
  if (received !== description.sha256) {
    throw new ProtoNormError(
      'data-corrupt',
      `${pixels} has the SHA-256 ${received}, its description says ${description.sha256}.`,
      {
        received,
        expected: description.sha256,
        hint: 'The file is damaged or belongs to another description.',
      },
    );
  }
  const name = description.name ?? basename(metaFile).replace(/_?meta\.json$/, '');
  return parsePixelFile(bytes, name === '' ? description : { ...description, name });
}

async function findMeta(pixels: string): Promise<string> {
  const dir = dirname(pixels);
  const files = await readdir(dir).catch(() => []);
  const [longest] = files
    .filter((file) => file.endsWith(META) && basename(pixels).startsWith(file.slice(0, -META.length)))
    .sort((a, b) => b.length - a.length);
  return join(dir, longest ?? `${basename(pixels).replace(/\..*$/, '')}${META}`);
}

function readOne(file: string, hint: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  return readDataFile({ dir: dirname(file), folders: ['.'], names: [basename(file)], hint, signal });
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ProtoNormError('data-corrupt', `${file} is no JSON: ${(cause as Error).message}`, { cause });
  }
}
