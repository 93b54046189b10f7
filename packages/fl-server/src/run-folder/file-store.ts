import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunStore } from '@protonorm/protocol';
import { isProtoNormError, ProtoNormError } from '@protonorm/tensor';
import { openEventLog } from './event-log.ts';
import { lockFolder } from './lock.ts';
import { openSnapshotFolders } from './snapshot-folders.ts';

/** Settings of {@link openFileStore}. */
export interface FileStoreOptions {
  /** Wall clock in milliseconds, for the time stamps of events. */
  readonly now: () => number;
  /**
   * Snapshots that keep what a resume needs, an integer >= 1; prototypes are kept of all rounds. @defaultValue 2
   */
  readonly keep?: number;
}

/** A run store in a folder; holds a lock until it is disposed. */
export interface FileStore extends RunStore, AsyncDisposable {
  readonly folder: string;
}

/**
 * Opens a folder as a run store: `events.jsonl`, and behind each round `round-NNNN/` with `prototypes.safetensors`,
 * `engine.safetensors`, `clients/<id>.safetensors` and `snapshot.json` (which file is whose, with SHA-256).
 *
 * An acknowledged snapshot survives the end of the process at any moment (SIGKILL), and a power failure on disks that
 * write when they are told to: its files are synchronised before it gets its name, and events of its rounds before it.
 * Events behind the latest snapshot are only safe from the end of the process, and are dropped when the folder is used
 * again: their rounds happen again. Opening and loading change nothing but what a killed process left half written.
 *
 * @throws `invalid-argument`; `invalid-run` when the folder is in use, or cannot be used
 * @example
 * ```ts
 * import { mkdtemp, rm } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { openFileStore } from '@protonorm/fl-server/file-store';
 * const folder = await mkdtemp(`${tmpdir()}/run-`);
 * const store = await openFileStore(folder, { now: () => 0 });
 * await store.saveSnapshot({ round: 1, engine: Uint8Array.of(1, 2), clients: new Map(), prototypes: {} });
 * (await store.loadSnapshot())?.engine; // => Uint8Array.of(1, 2)
 * await store[Symbol.asyncDispose]();
 * await rm(folder, { recursive: true });
 * ```
 */
export async function openFileStore(folder: string, options: FileStoreOptions): Promise<FileStore> {
  const { now, keep = 2 } = options;
  if (!(Number.isInteger(keep) && keep >= 1)) {
    throw new ProtoNormError('invalid-argument', `keep must be an integer >= 1, received ${keep}.`, {
      received: keep,
    });
  }
  let release: (() => Promise<void>) | undefined;
  try {
    await mkdir(folder, { recursive: true });
    release = await lockFolder(folder);
    const snapshots = await openSnapshotFolders(folder, { keep });
    const events = openEventLog(join(folder, 'events.jsonl'), {
      covered: () => snapshots.rounds().at(-1),
      now,
    });
    const unlock = release;
    return {
      folder,
      appendEvent: (event) => events.append(event),
      async saveSnapshot(snapshot) {
        await events.sync();
        await snapshots.save(snapshot);
      },
      loadSnapshot: () => snapshots.load(),
      async [Symbol.asyncDispose]() {
        try {
          await events.close();
        } finally {
          await unlock();
        }
      },
    };
  } catch (error) {
    await release?.();
    if (isProtoNormError(error)) throw error;
    throw new ProtoNormError(
      'invalid-run',
      `The run folder ${folder} cannot be used: ${(error as Error).message.replace(/\.$/, '')}.`,
      {
        received: folder,
        cause: error,
        hint: 'Give a folder that this process may write to.',
      },
    );
  }
}
