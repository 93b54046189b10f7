import {
  createSystemClock,
  type Clock,
  type FederationDatabase,
  type FederationStore,
} from '@protonorm/protocol';
import { checkName, createGroupCommit } from '@protonorm/protocol/store-kit';
import { ProtoNormError } from '@protonorm/tensor';
import { connect, serverOf } from './connect.ts';
import { federationStore } from './federation.ts';
import { migrate } from './migrations.ts';
import { createPatience } from './patience.ts';
import { isOfOneCall, isPassing, storeError, unreachable } from './postgres-errors.ts';
import { openSession, type Session, type Transaction } from './session.ts';

/** Settings of {@link openPostgresDatabase}. */
export interface PostgresDatabaseOptions {
  /** `postgres://user:password@host:port/database`; TLS by `?sslmode=verify-full`. */
  readonly url: string;
  /** Wall clock in milliseconds, for the times of events. */
  readonly now: () => number;
  /** Schema of the tables, made where there is none: small letters, digits and _. @defaultValue 'protonorm' */
  readonly schema?: string;
  /** How long calls wait for a database that went away, in milliseconds, > 0. @defaultValue 60000 */
  readonly limitMs?: number;
  /** Longest time of one statement in milliseconds, an integer > 0. @defaultValue 30000 */
  readonly statementMs?: number;
  /** Timers of the limits. @defaultValue the machine's */
  readonly clock?: Clock;
}

/**
 * Opens a PostgreSQL database as the store of federations, and brings its tables up to date.
 *
 * Each open federation has one connection, which owns it by an advisory lock; calls of one moment share a transaction. When
 * the database goes away, calls wait and try again on a new connection, up to `limitMs`; each is done once, also when the
 * answer to a COMMIT was lost. An owner whose federation was taken over in the meantime writes nothing any more
 * (`invalid-run`).
 *
 * @throws `invalid-argument`; `invalid-run` for tables of a newer version; `store-failed`
 * @example
 * ```ts
 * import { openPostgresDatabase } from '@protonorm/store-postgres';
 * // Nobody listens there.
 * const opening = openPostgresDatabase({ url: 'postgres://127.0.0.1:1/none', now: () => 0, limitMs: 50 });
 * await opening.catch(({ code }) => code); // => 'store-failed'
 * ```
 */
export async function openPostgresDatabase(options: PostgresDatabaseOptions): Promise<FederationDatabase> {
  const {
    url,
    now,
    schema = 'protonorm',
    limitMs = 60_000,
    statementMs = 30_000,
    clock = createSystemClock(),
  } = options;
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw invalid('schema must have small letters, digits and _, of which 1 to 63', schema);
  }
  if (!(limitMs > 0 && limitMs < 2 ** 31)) throw invalid('limitMs must be > 0 and < 2^31', limitMs);
  if (!(Number.isInteger(statementMs) && statementMs > 0 && statementMs < 2 ** 31)) {
    throw invalid('statementMs must be an integer > 0 and < 2^31', statementMs);
  }
  const common = { url, schema, statementMs, server: serverOf(url), limitMs, clock };
  await migrated(common);
  const claimed = new Set<string>();
  const stores = new Set<FederationStore>();
  let closed = false;

  return {
    async openFederation(name) {
      if (closed) throw new ProtoNormError('disposed', 'The database is closed.');
      checkName(name, 'The name of a federation');
      if (claimed.has(name)) {
        throw new ProtoNormError('invalid-run', `The federation '${name}' is in use.`, {
          received: name,
          hint: 'Close it first.',
        });
      }
      claimed.add(name);
      const release = (): void => void claimed.delete(name);
      try {
        const store = await openFederation(name, { ...common, now, release });
        stores.add(store);
        return store;
      } catch (error) {
        release();
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      await Promise.all([...stores].map((store) => store[Symbol.asyncDispose]()));
    },
  };
}

interface Common {
  readonly url: string;
  readonly schema: string;
  readonly statementMs: number;
  readonly server: string;
  readonly limitMs: number;
  readonly clock: Clock;
}

/** Waits for the database to be there, up to the limit, and brings its tables up to date. */
async function migrated(common: Common): Promise<void> {
  const { server, limitMs, clock } = common;
  const patience = createPatience(limitMs, clock);
  try {
    for (;;) {
      try {
        const { client, destroy } = await connect({ ...common, applicationName: 'protonorm migration' });
        try {
          return await migrate(client, common.schema);
        } finally {
          destroy();
        }
      } catch (error) {
        if (!isPassing(error)) throw storeError(error, server);
        await patience.wait();
        if (patience.ended) throw unreachable(error, { server, limitMs });
      }
    }
  } finally {
    patience.end();
  }
}

async function openFederation(
  name: string,
  options: Common & { readonly now: () => number; readonly release: () => void },
): Promise<FederationStore> {
  const { now, release } = options;
  const commits = createGroupCommit<Transaction>({
    transact: (body) => session.transact(body),
    separable: isOfOneCall,
    together: true,
  });
  const session: Session = await openSession({
    ...options,
    federation: name,
    // A call that does nothing connects again.
    onBroken: () => void commits.run(() => undefined).catch(() => undefined),
  });
  const { run } = commits;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= commits
      .close()
      .then(() => session.close())
      .finally(release));
  try {
    const [{ last }] = await run(({ read }) =>
      read<{ readonly last: string }>(
        'SELECT coalesce(max(sequence), 0) AS last FROM event WHERE federation = $1',
        [session.id],
      ),
    );
    return federationStore({ id: session.id, lastEvent: Number(last), run, now, close });
  } catch (error) {
    await close();
    throw error;
  }
}

function invalid(message: string, received: unknown): ProtoNormError {
  return new ProtoNormError('invalid-argument', `${message}, received ${String(received)}.`, { received });
}
