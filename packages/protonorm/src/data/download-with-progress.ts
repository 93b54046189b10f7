import { basename } from 'node:path';
import {
  datasetSources,
  downloadDataset,
  type DatasetSource,
  type DownloadableDataset,
  type DownloadProgress,
} from '@protonorm/datasets/node';
import type { ProgressOutput } from '../output/progress.ts';
import { megabytes } from '../output/data-text.ts';

/** Where and how a data set is downloaded. */
export interface DownloadSettings {
  readonly dir: string;
  readonly signal: AbortSignal;
  readonly output: ProgressOutput;
  /** The official places by default. */
  readonly source?: DatasetSource;
  readonly attempts?: number;
  readonly retryDelayMs?: number;
}

/**
 * Downloads the official files of a data set and shows how far it is; goes on where an interrupted one ended.
 *
 * @returns the paths of the files
 * @throws `download-failed`, `timeout`, `data-corrupt`, the reason of the signal
 */
export async function downloadWithProgress(
  name: DownloadableDataset,
  { dir, signal, output, source = datasetSources[name], ...retries }: DownloadSettings,
): Promise<readonly string[]> {
  const tty = output.isTTY === true;
  let tenth = -1;
  let file = '';
  const onProgress = (progress: DownloadProgress): void => {
    const total = progress.total ?? source.files.find((known) => progress.file.endsWith(known.file))?.bytes;
    const share = total === undefined ? 0 : progress.received / total;
    const text = `${basename(progress.file)}  ${megabytes(progress.received)} of ${total === undefined ? '?' : megabytes(total)} MB`;
    if (tty) output.write(`\r\x1b[2K${text}`);
    else if (progress.file !== file || Math.floor(share * 10) > tenth) output.write(`${text}\n`);
    file = progress.file;
    tenth = Math.floor(share * 10);
  };
  try {
    return await downloadDataset(name, { dir, signal, source, onProgress, ...retries });
  } finally {
    if (tty) output.write('\r\x1b[2K');
  }
}

/** The official files at another place, such as a mirror in one's own network; their checksums stay the same. */
export function mirrorSource(name: DownloadableDataset, url: string): DatasetSource {
  const source: DatasetSource = datasetSources[name];
  const base = url.endsWith('/') ? url : `${url}/`;
  return { ...source, files: source.files.map((entry) => ({ ...entry, urls: [`${base}${entry.file}`] })) };
}
