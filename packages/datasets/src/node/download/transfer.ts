import { open, rm, type FileHandle } from 'node:fs/promises';

import { isProtoNormError, ProtoNormError } from '@protonorm/tensor';

/** How far a transfer is. */
export interface TransferProgress {
  /** Bytes in the partial file. */
  readonly received: number;
  /** Bytes of the whole file, if the server said so. */
  readonly total: number | undefined;
}

/** One request: bytes from `offset` on are appended to the partial file. */
interface TransferOptions {
  readonly url: string;
  readonly part: string;
  readonly offset: number;
  readonly fetch: typeof globalThis.fetch;
  readonly stallTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: TransferProgress) => void;
}

/**
 * Transfers the rest of a file into its partial file.
 *
 * @returns whether earlier bytes were kept
 * @throws `download-failed` when the server refuses or sends too few bytes, `timeout` when it stalls, and what `fetch`
 *   throws when the connection breaks; received bytes are kept in the partial file
 */
export async function transfer(options: TransferOptions): Promise<{ resumed: boolean }> {
  const { url, part, offset, fetch, stallTimeoutMs, signal, onProgress } = options;
  const stalled = new AbortController();
  const watch = stallWatch(stallTimeoutMs, () => {
    stalled.abort(
      new ProtoNormError('timeout', `${url} sent nothing for ${stallTimeoutMs} ms.`, {
        received: stallTimeoutMs,
        hint: 'Try again: what has arrived is kept and will be continued.',
      }),
    );
  });
  let file: FileHandle | undefined;
  try {
    const response = await fetch(url, {
      headers: { 'accept-encoding': 'identity', ...(offset > 0 && { range: `bytes=${offset}-` }) },
      signal: signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal,
    });
    const answer = await readAnswer(response, options);
    if (answer.complete) return { resumed: true };
    file = await open(part, answer.start > 0 ? 'a' : 'w');
    let received = answer.start;
    for await (const chunk of response.body ?? []) {
      watch.reset();
      await file.write(chunk);
      received += chunk.byteLength;
      onProgress({ received, total: answer.total });
    }
    if (answer.total !== undefined && received !== answer.total) {
      throw new ProtoNormError(
        'download-failed',
        `${url} ended after ${received} of ${answer.total} bytes.`,
        {
          received,
          expected: answer.total,
          hint: 'Try again: what has arrived is kept and will be continued.',
        },
      );
    }
    return { resumed: answer.start > 0 };
  } catch (error) {
    throw stalled.signal.aborted ? stalled.signal.reason : error;
  } finally {
    watch.stop();
    await file?.close();
  }
}

/** What the status and headers say: where the bytes start, how many the file has, or that it is already complete. */
async function readAnswer(
  response: Response,
  { url, part, offset }: TransferOptions,
): Promise<{ start: number; total: number | undefined; complete: boolean }> {
  const { status, headers } = response;
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  const rangeTotal = range === null || range[2] === '*' ? undefined : Number(range[2]);
  if (status === 206 && Number(range?.[1]) === offset)
    return { start: offset, total: rangeTotal, complete: false };
  if (status === 200) {
    const length = headers.get('content-length');
    return { start: 0, total: length === null ? undefined : Number(length), complete: false };
  }
  await response.body?.cancel();
  if (status === 416 && rangeTotal === offset) return { start: offset, total: offset, complete: true };
  if (status === 416 || status === 206) {
    await rm(part, { force: true }); // the partial file belongs to another version: start again
    throw new ProtoNormError('download-failed', `${url} cannot be continued at byte ${offset}.`, {
      received: offset,
    });
  }
  throw new ProtoNormError('download-failed', `${url} answered with HTTP ${status}.`, {
    received: { status },
    hint: 'If the address has moved, get the file elsewhere and give its folder.',
  });
}

/** Whether an error of {@link transfer} is a refusal that another attempt cannot mend (4xx, but not "try again later"). */
export function isRefusal(error: unknown): boolean {
  const status = isProtoNormError(error)
    ? (error.received as { status?: number } | undefined)?.status
    : undefined;
  return status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** Calls back when `reset` was not called for some time. */
function stallWatch(ms: number, onStall: () => void): { reset(): void; stop(): void } {
  let timer = setTimeout(onStall, ms);
  return {
    reset() {
      clearTimeout(timer);
      timer = setTimeout(onStall, ms);
    },
    stop: () => clearTimeout(timer),
  };
}
