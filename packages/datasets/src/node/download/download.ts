import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { ProtoNormError } from '@protonorm/tensor';

import { fileSha256 } from './checksum.ts';
import { isRefusal, transfer, type TransferProgress } from './transfer.ts';

/** How far a download is. */
export interface DownloadProgress extends TransferProgress {
  readonly url: string;
  readonly file: string;
  /** Number of the attempt, from 1. */
  readonly attempt: number;
}

/** Settings of {@link download}. */
export interface DownloadOptions {
  readonly url: string;
  /** Where the file goes; unfinished bytes lie beside it in `<file>.part`. */
  readonly file: string;
  /** Expected SHA-256 in hexadecimal. Without it, only the announced length is checked. */
  readonly sha256?: string;
  readonly signal?: AbortSignal;
  /** Called for each received piece. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** @defaultValue the global `fetch` */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * Attempts in all; each continues where the last one ended.
   *
   * @defaultValue 5
   */
  readonly attempts?: number;
  /**
   * Longest time without any byte, in ms; there is no limit for the whole download.
   *
   * @defaultValue 30000
   */
  readonly stallTimeoutMs?: number;
  /**
   * Pause before the second attempt in ms, doubled before each further one.
   *
   * @defaultValue 500
   */
  readonly retryDelayMs?: number;
}

/** What {@link download} did. */
export interface DownloadResult {
  readonly file: string;
  /** Size of the file. */
  readonly bytes: number;
  /** True when the file was there already and nothing was fetched. */
  readonly reused: boolean;
}

/**
 * Downloads a file: resumes, retries, checks, and puts it in place by renaming, so that a file of this name is whole.
 *
 * An existing file with the right checksum (or any existing file when no checksum is given) is kept and nothing is
 * fetched. A partial download is continued by an HTTP range request; a server that ignores it sends all from the start.
 * When resumed bytes have a wrong checksum, it is fetched once more from the start before giving up.
 *
 * @throws `download-failed` when all attempts failed or the server refuses (4xx); `timeout` when the last attempt
 *   stalled; `data-corrupt` for a wrong checksum (an existing file stays as it was); `signal.reason` when aborted (the
 *   partial file stays, to be resumed)
 * @example
 * ```ts
 * import { download } from '@protonorm/datasets/node';
 * await download({ url: 'http://127.0.0.1:1/x', file: 'x', attempts: 1 }).catch((error) => error.code); // => 'download-failed'
 * ```
 */
export async function download(options: DownloadOptions): Promise<DownloadResult> {
  const { url, file, sha256, signal, onProgress, attempts = 5, retryDelayMs = 500 } = options;
  const { fetch = globalThis.fetch, stallTimeoutMs = 30_000 } = options;
  signal?.throwIfAborted();
  const existing = await sizeOf(file);
  if (existing !== undefined && (sha256 === undefined || (await fileSha256(file, signal)) === sha256)) {
    return { file, bytes: existing, reused: true };
  }
  await mkdir(dirname(file), { recursive: true });
  const part = `${file}.part`;
  let failure: unknown;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (attempt > 1) await pause(retryDelayMs * 2 ** (attempt - 2), signal);
    const offset = (await sizeOf(part)) ?? 0;
    let resumed: boolean;
    try {
      ({ resumed } = await transfer({
        url,
        part,
        offset,
        fetch,
        stallTimeoutMs,
        signal,
        onProgress: (progress) => onProgress?.({ ...progress, url, file, attempt }),
      }));
    } catch (error) {
      signal?.throwIfAborted();
      failure = error;
      if (isRefusal(error)) break;
      continue;
    }
    const received = sha256 === undefined ? undefined : await fileSha256(part, signal);
    if (received === sha256) {
      await rename(part, file);
      return { file, bytes: (await stat(file)).size, reused: false };
    }
    await rm(part, { force: true });
    failure = new ProtoNormError('data-corrupt', `${url} has the SHA-256 ${received}, expected ${sha256}.`, {
      received,
      expected: sha256,
      hint: 'The server has another file or a proxy changed it. Nothing was replaced.',
    });
    if (!resumed) break;
  }
  throw finalError(failure, url, attempts);
}

function finalError(failure: unknown, url: string, attempts: number): unknown {
  if (failure instanceof ProtoNormError) return failure;
  const cause = failure instanceof Error ? failure : new Error(String(failure));
  const reason = cause.cause instanceof Error ? cause.cause.message : cause.message;
  return new ProtoNormError(
    'download-failed',
    `${url} could not be downloaded in ${attempts} attempt(s): ${reason}`,
    {
      received: url,
      cause,
      hint: 'Check the network, or put the file there by hand; what has arrived is kept and will be continued.',
    },
  );
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    const { size } = await stat(file);
    return size;
  } catch {
    return undefined;
  }
}

/** Sleeps; an abort rejects with the signal's own reason. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
