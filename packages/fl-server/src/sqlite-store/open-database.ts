import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FederationDatabase, FederationStore } from '@protonorm/protocol';
import { checkName, createGroupCommit } from '@protonorm/protocol/store-kit';
import { isProtoNormError, ProtoNormError } from '@protonorm/tensor';
import { claimDatabase } from './claim.ts';
import { openConnection, type Connection } from './connection.ts';
import { federationStore } from './federation.ts';
import { isDamaged, resultCodeOf, storeError } from './sqlite-errors.ts';

const CANNOT_OPEN = 14;

/** Settings of {@link openSqliteDatabase}. */
export interface SqliteDatabaseOptions {
  /** Wall clock in milliseconds, for the times of events. */
  readonly now: () => number;
  /** Largest size of the database in bytes, >= 65536; a call that would exceed it fails. @defaultValue what the disk has */
  readonly maxBytes?: number;
}

/**
 * Opens a SQLite file as the store of a server's federations: the embedded default, with nothing to install. It is made
 * where there is none, with its folder.
 *
 * What a call acknowledged survives the end of the process at any moment (SIGKILL), and a power failure on disks that
 * write when they are told to (WAL, `synchronous = FULL`). Calls of one moment share a transaction, so that the disk is
 * waited for once. A full disk is `store-failed`; the store can be used as before then.
 *
 * One process has it open at a time (`<path>.lock`); others may read. Uses `node:sqlite`, which works on the calling
 * thread: it waits while the disk writes.
 *
 * @throws `invalid-argument`; `invalid-run` when it is in use, of another program or a newer version, or cannot be opened;
 * `store-failed`
 * @example
 * ```ts
 * import { mkdtemp, rm } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { openSqliteDatabase } from '@protonorm/fl-server/sqlite-store';
 * const folder = await mkdtemp(`${tmpdir()}/federations-`);
 * const database = await openSqliteDatabase(`${folder}/federations.db`, { now: () => 0 });
 * const store = await database.openFederation('digits');
 * const reply = { clientId: 'a', round: 0, up: Uint8Array.of(1, 2), metrics: {} };
 * await store.saveReply('task-1', reply); // => 'saved'
 * await store.saveReply('task-1', reply); // => 'known'
 * await database[Symbol.asyncDispose]();
 * await rm(folder, { recursive: true });
 * ```
 */
export async function openSqliteDatabase(
  path: string,
  { now, maxBytes }: SqliteDatabaseOptions,
): Promise<FederationDatabase> {
  if (maxBytes !== undefined && !(Number.isSafeInteger(maxBytes) && maxBytes >= 65_536)) {
    throw new ProtoNormError(
      'invalid-argument',
      `maxBytes must be an integer >= 65536, received ${maxBytes}.`,
      {
        received: maxBytes,
      },
    );
  }
  const { connection, release } = await openClaimed(path, maxBytes);
  const commits = createGroupCommit<Connection>({
    transact: (body) => connection.transact(body),
    // Of several uploads, one may be what the disk has no room for.
    separable: () => true,
    // Calls of all sockets that have something to read now come together.
    gather: () => new Promise((resolve) => setImmediate(resolve)),
  });
  const run = <T>(call: (connection: Connection) => T): Promise<T> =>
    commits.run(call).catch((error: unknown) => {
      throw storeError(error, path);
    });
  const claimed = new Set<string>();
  let closing: Promise<void> | undefined;

  return {
    async openFederation(name) {
      checkName(name, 'The name of a federation');
      if (claimed.has(name)) {
        throw new ProtoNormError('invalid-run', `The federation '${name}' is in use.`, {
          received: name,
          hint: 'Close it first.',
        });
      }
      claimed.add(name);
      try {
        return await openFederation(name, { run, now, release: () => claimed.delete(name) });
      } catch (error) {
        claimed.delete(name);
        throw error;
      }
    },
    [Symbol.asyncDispose]: () =>
      (closing ??= (async () => {
        await commits.close();
        connection.close();
        release();
      })()),
  };
}

async function openFederation(
  name: string,
  options: {
    readonly run: <T>(call: (connection: Connection) => T) => Promise<T>;
    readonly now: () => number;
    readonly release: () => void;
  },
): Promise<FederationStore> {
  const { run, now, release } = options;
  const opened = await run(({ sql }) => {
    sql(`INSERT INTO federation (name) VALUES (?) ON CONFLICT DO NOTHING`).run(name);
    return sql(
      `SELECT id, (SELECT coalesce(max(sequence), 0) FROM event WHERE federation = id) AS last_event
       FROM federation WHERE name = ?`,
    ).get(name) as { readonly id: number; readonly last_event: number };
  });
  let closing: Promise<void> | undefined;
  return federationStore({
    id: opened.id,
    lastEvent: opened.last_event,
    now,
    run: (call) => (closing === undefined ? run(call) : Promise.reject(closed())),
    close: () =>
      (closing ??= run(() => undefined)
        // The database may be closed already; its calls have ended then.
        .catch(() => undefined)
        .then(release)),
  });
}

function closed(): ProtoNormError {
  return new ProtoNormError('disposed', 'The store is closed.');
}

/** Claims and opens a file, or leaves it as it was. */
async function openClaimed(
  path: string,
  maxBytes: number | undefined,
): Promise<{ readonly connection: Connection; readonly release: () => void }> {
  let release: (() => void) | undefined;
  try {
    await mkdir(dirname(path), { recursive: true });
    const real = await realpath(path).catch(async () => join(await realpath(dirname(path)), basename(path)));
    release = await claimDatabase(real);
    return { connection: await openConnection(real, { maxBytes }), release };
  } catch (error) {
    release?.();
    if (isProtoNormError(error)) throw error;
    const failed = storeError(error, path);
    if (isProtoNormError(failed) && !isDamaged(error) && resultCodeOf(error) !== CANNOT_OPEN) throw failed;
    throw new ProtoNormError(
      'invalid-run',
      `The database ${path} cannot be used: ${(error as Error).message.replace(/\.$/, '')}.`,
      {
        received: path,
        cause: error,
        hint: 'Give the path of a database, or of a new file that this process may write.',
      },
    );
  }
}
