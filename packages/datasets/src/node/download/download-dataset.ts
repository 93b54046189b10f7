import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

import { isProtoNormError, ProtoNormError } from '@protonorm/tensor';

import { bytesSha256 } from './checksum.ts';
import { download, type DownloadOptions } from './download.ts';
import {
  datasetSources,
  type DatasetSource,
  type DownloadableDataset,
  type SourceFile,
} from './dataset-sources.ts';
import { tarEntries, type TarEntry } from './tar.ts';

/** Settings of {@link downloadDataset}; the rest goes to {@link download}. */
export interface DownloadDatasetOptions extends Omit<DownloadOptions, 'url' | 'file' | 'sha256'> {
  /** Folder that the files go to; made if it is missing. */
  readonly dir: string;
  /** Another place for the files, e.g. a mirror of your own. */
  readonly source?: DatasetSource;
}

/**
 * Downloads the official files of a data set into a folder, checks them and unpacks archives. Files that are there
 * already and have the right checksum are kept.
 *
 * @returns the paths of the data files
 * @throws what {@link download} throws for the last place that was tried; `data-corrupt` when an archive lacks a file or
 *   has a wrong one (nothing is then replaced); `unknown-dataset` for a name without a source
 */
export async function downloadDataset(
  name: DownloadableDataset,
  options: DownloadDatasetOptions,
): Promise<string[]> {
  const { dir, source = datasetSources[name] as DatasetSource | undefined, ...rest } = options;
  if (source === undefined) {
    throw new ProtoNormError('unknown-dataset', `There is no download for '${String(name)}'.`, {
      received: name,
      expected: Object.keys(datasetSources),
      hint: `Known: ${Object.keys(datasetSources).join(', ')}.`,
    });
  }
  await mkdir(dir, { recursive: true });
  const files: string[] = [];
  for (const file of source.files) files.push(await fromFirstMirror(file, join(dir, file.file), rest));
  if (source.members === undefined) return files;
  const unpacked: string[] = [];
  for (const archive of files) {
    unpacked.push(...(await unpack(archive, dir, source.members, options.signal)));
    await rm(archive, { force: true });
  }
  return unpacked;
}

async function fromFirstMirror(
  { urls, sha256 }: SourceFile,
  file: string,
  options: Omit<DownloadOptions, 'url' | 'file' | 'sha256'>,
): Promise<string> {
  let failure: unknown;
  for (const url of urls) {
    try {
      return (await download({ ...options, url, file, sha256 })).file;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!isProtoNormError(error)) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** Writes the wanted files of a .tar.gz beside it; all are checked before the first is put in place. */
async function unpack(
  archive: string,
  dir: string,
  members: NonNullable<DatasetSource['members']>,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  signal?.throwIfAborted();
  const entries = new Map<string, TarEntry>();
  for (const entry of tarEntries(await unzipped(archive))) entries.set(basename(entry.name), entry);
  const wanted = members.map(({ file, sha256 }) => {
    const entry = entries.get(file);
    if (entry === undefined || (sha256 !== undefined && bytesSha256(entry.bytes) !== sha256)) {
      throw new ProtoNormError(
        'data-corrupt',
        `${basename(archive)} ${entry === undefined ? 'has no' : 'has another'} ${file} than the official archive.`,
        { received: [...entries.keys()], expected: file },
      );
    }
    return { target: join(dir, file), bytes: entry.bytes };
  });
  for (const { target, bytes } of wanted) {
    signal?.throwIfAborted();
    await writeFile(`${target}.part`, bytes);
    await rename(`${target}.part`, target);
  }
  return wanted.map(({ target }) => target);
}

async function unzipped(archive: string): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(await readFile(archive));
  } catch (cause) {
    throw new ProtoNormError('data-corrupt', `${basename(archive)} is no readable gzip file.`, {
      received: archive,
      cause,
    });
  }
}
