import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { ProtoNormError, type Dataset } from '@protonorm/tensor';

import {
  isSpokenDigit,
  parseSpokenDigits,
  type SpokenDigitFile,
  type SpokenDigitsOptions,
} from '../audio/spoken-digits.ts';
import { tarEntries } from './download/tar.ts';
import { readDataFile } from './read-data-file.ts';

/** Settings of {@link loadSpokenDigits}. */
export interface LoadSpokenDigitsOptions extends SpokenDigitsOptions {
  /** A folder with recordings `{digit}_{speaker}_{take}.wav`, at any depth, or a .tar or .tar.gz of them. */
  readonly path: string;
  readonly signal?: AbortSignal;
}

/**
 * Loads spoken digits from recordings as those of the Free Spoken Digit Dataset: see `parseSpokenDigits`.
 *
 * @throws `data-not-found` when the folder or archive is missing or has no recordings; `data-corrupt` for a damaged archive
 *   or recordings of another format; `signal.reason` when aborted
 */
export async function loadSpokenDigits(options: LoadSpokenDigitsOptions): Promise<Dataset> {
  const { path, signal, ...rest } = options;
  signal?.throwIfAborted();
  const files = /\.(?:tar|tar\.gz)$/.test(path) ? await archived(path, signal) : await inFolder(path, signal);
  if (files.length === 0) {
    throw new ProtoNormError('data-not-found', `${resolve(path)} has no file {digit}_{speaker}_{take}.wav.`, {
      received: path,
      expected: '0_jackson_0.wav',
      hint: 'Give the folder of the recordings, or a .tar.gz of it.',
    });
  }
  return parseSpokenDigits(files, rest);
}

async function archived(path: string, signal: AbortSignal | undefined): Promise<SpokenDigitFile[]> {
  const hint = 'Give a folder of recordings {digit}_{speaker}_{take}.wav, or a .tar.gz of it.';
  const archive = await readDataFile({
    dir: dirname(path),
    folders: ['.'],
    names: [basename(path)],
    hint,
    signal,
  });
  return [...tarEntries(archive)].filter(({ name }) => isSpokenDigit(name));
}

async function inFolder(folder: string, signal: AbortSignal | undefined): Promise<SpokenDigitFile[]> {
  let names: string[];
  try {
    names = await readdir(folder, { recursive: true });
  } catch (cause) {
    throw new ProtoNormError('data-not-found', `Found no folder ${resolve(folder)}.`, {
      received: folder,
      hint: 'Give a folder of recordings {digit}_{speaker}_{take}.wav, or a .tar.gz of it.',
      cause,
    });
  }
  const files: SpokenDigitFile[] = [];
  for (const name of names.filter(isSpokenDigit)) {
    files.push({ name, bytes: await readFile(join(folder, name), { signal }) });
  }
  return files;
}
