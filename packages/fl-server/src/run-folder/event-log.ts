import { open, readFile, rename, type FileHandle } from 'node:fs/promises';
import type { RunEvent } from '@protonorm/protocol';
import { isCovered, recordedEvent } from '@protonorm/protocol/store-kit';
import { writeDurably } from './durable-files.ts';

/** The events of a run as JSON lines. */
export interface EventLog {
  append(event: RunEvent): Promise<void>;
  /** Waits until all events so far are on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a log at its first event. Events that a snapshot does not cover are dropped then: their rounds happen again. So
 * does half a line, left by a process that was killed.
 *
 * @param options - `covered`: rounds that the latest snapshot has behind it; undefined = there is none, the run begins anew
 */
export function openEventLog(
  path: string,
  options: { readonly covered: () => number | undefined; readonly now: () => number },
): EventLog {
  const { covered, now } = options;
  let opening: Promise<FileHandle> | undefined;
  const opened = (): Promise<FileHandle> =>
    (opening ??= dropUncovered(path, covered()).then(() => open(path, 'a')));
  return {
    async append(event) {
      const line = JSON.stringify({ at: new Date(now()).toISOString(), ...recordedEvent(event) });
      await (await opened()).appendFile(`${line}\n`);
    },
    async sync() {
      if (opening !== undefined) await (await opening).sync();
    },
    async close() {
      await (await opening?.catch(() => undefined))?.close();
    },
  };
}

async function dropUncovered(path: string, covered: number | undefined): Promise<void> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const kept = text
    .split('\n')
    .filter((line) => isCoveredLine(line, covered))
    .map((line) => `${line}\n`)
    .join('');
  if (kept === text) return;
  await writeDurably([[`${path}.new`, kept]]);
  await rename(`${path}.new`, path);
}

function isCoveredLine(line: string, covered: number | undefined): boolean {
  try {
    return isCovered(JSON.parse(line) as { readonly type: string; readonly round?: number }, covered);
  } catch {
    return false; // cut off by a killed process, or the end of the file
  }
}
