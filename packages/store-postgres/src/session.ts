import { randomUUID } from 'node:crypto';
import type { Clock } from '@protonorm/protocol';
import { ProtoNormError } from '@protonorm/tensor';
import { connect, type Connected, type ConnectOptions } from './connect.ts';
import { lockKeyOf } from './lock-key.ts';
import { createPatience } from './patience.ts';
import { isPassing, storeError, unreachable } from './postgres-errors.ts';

/** Rows of a statement that is prepared once. */
export interface Transaction {
  read<Row>(text: string, values: readonly unknown[]): Promise<readonly Row[]>;
  /** The same for what changes something: then the transaction leaves its name, by which it is known again. */
  write<Row>(text: string, values: readonly unknown[]): Promise<readonly Row[]>;
}

/** The one connection by which a federation is owned, read and written; made anew when it breaks. */
export interface Session {
  /** Row of the federation. */
  readonly id: number;
  /**
   * Runs a body in a transaction, exactly once: also when the connection breaks, and the answer to COMMIT with it. Waits for
   * a database that is away, up to the limit.
   *
   * @throws `store-failed`; `invalid-run` when another process owns the federation now
   */
  transact<T>(body: (transaction: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** What a session is opened with. */
export interface SessionOptions extends Omit<ConnectOptions, 'applicationName'> {
  readonly federation: string;
  /** For messages. */
  readonly server: string;
  readonly limitMs: number;
  readonly clock: Clock;
  /** Called when an idle connection broke, so that the federation can be claimed again soon. */
  readonly onBroken: () => void;
}

/** Attempts, 100 ms apart, before another owner is believed: a process killed a moment ago still has to go. */
const CLAIMS = 20;

/**
 * Opens a connection and claims a federation by an advisory lock of that connection: when it ends, so does the claim, and
 * nothing else of its owner can write. A connection made anew claims again, and finds out by `owner_epoch` whether
 * somebody owned the federation in between, and by `last_transaction` whether its last COMMIT was done.
 *
 * @throws `invalid-run` when another process owns it; `store-failed`
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { federation, server, schema, limitMs, clock, onBroken } = options;
  const applicationName = `protonorm ${randomUUID()}`;
  const key = lockKeyOf('federation', schema, federation);
  const patience = createPatience(limitMs, clock);
  let connected: Connected | undefined;
  let owner: { readonly id: number; readonly epoch: string } | undefined;
  let closed = false;
  let busy = false;

  const drop = (): void => {
    connected?.destroy();
    connected = undefined;
  };

  /** The connection; made, claimed and checked where there is none. */
  const established = async (): Promise<{
    readonly now: Connected;
    readonly lastTransaction?: string | null;
  }> => {
    if (connected !== undefined) return { now: connected };
    const made = await connect({ ...options, applicationName });
    made.client.on('end', () => {
      if (connected !== made) return;
      connected = undefined;
      if (!closed && !busy) onBroken();
    });
    try {
      const { client } = made;
      for (let attempt = 1; ; attempt++) {
        const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS claimed', [key]);
        if ((rows[0] as { readonly claimed: boolean }).claimed) break;
        if (owner !== undefined) {
          // A connection of our own that the server does not know to be broken: what it does now ends here.
          await client.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()`,
            [applicationName],
          );
          await checkEpoch(client, owner);
        }
        if (attempt === CLAIMS) {
          throw owner === undefined ? inUse(federation, server) : new Error('its lock is still held');
        }
        await new Promise<void>((resolve) => {
          clock.after(100, resolve);
        });
      }
      let lastTransaction: string | null = null;
      if (owner === undefined) {
        const { rows } = await client.query(
          `INSERT INTO federation (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET owner_epoch = federation.owner_epoch + 1
           RETURNING id, owner_epoch`,
          [federation],
        );
        const { id, owner_epoch: epoch } = rows[0] as { readonly id: number; readonly owner_epoch: string };
        owner = { id, epoch };
      } else lastTransaction = await checkEpoch(client, owner);
      connected = made;
      return { now: made, lastTransaction };
    } catch (error) {
      made.destroy();
      throw error;
    }
  };

  const checkEpoch = async (
    client: Connected['client'],
    { id, epoch }: { readonly id: number; readonly epoch: string },
  ): Promise<string | null> => {
    const { rows } = await client.query(
      'SELECT owner_epoch, last_transaction FROM federation WHERE id = $1',
      [id],
    );
    const row = rows[0] as
      { readonly owner_epoch: string; readonly last_transaction: string | null } | undefined;
    if (row?.owner_epoch !== epoch) throw takenOver(federation);
    return row.last_transaction;
  };

  /** Tries until it is done, refused, or the limit has passed. */
  const persist = async <T>(attempt: () => Promise<T>): Promise<T> => {
    busy = true;
    try {
      for (;;) {
        try {
          const result = await attempt();
          patience.restore();
          return result;
        } catch (error) {
          if (!isPassing(error)) throw storeError(error, server);
          drop();
          if (patience.ended) throw unreachable(error, { server, limitMs });
          await patience.wait();
          if (patience.ended) throw unreachable(error, { server, limitMs });
        }
      }
    } finally {
      busy = false;
    }
  };

  await persist(established);
  return {
    id: owner!.id,
    async transact(body) {
      const name = randomUUID();
      // The result of a COMMIT whose answer has not come: whether it was done stands in the database.
      let committing: { readonly result: Awaited<ReturnType<typeof body>> } | undefined;
      return persist(async () => {
        const { now, lastTransaction } = await established();
        if (committing !== undefined && lastTransaction === name) return committing.result;
        committing = undefined;
        const { client } = now;
        await client.query('BEGIN');
        try {
          let wrote = false;
          const read: Transaction['read'] = async (text, values) =>
            (await client.query({ name: nameOf(text), text, values: [...values] })).rows;
          const result = await body({
            read,
            write(text, values) {
              wrote = true;
              return read(text, values);
            },
          });
          if (wrote) {
            const { rowCount } = await client.query({
              name: 'leave the name',
              text: 'UPDATE federation SET last_transaction = $1 WHERE id = $2 AND owner_epoch = $3',
              values: [name, owner!.id, owner!.epoch],
            });
            if (rowCount !== 1) throw takenOver(federation);
          }
          committing = { result };
          await client.query('COMMIT');
          return result;
        } catch (error) {
          if (!isPassing(error)) {
            committing = undefined;
            // What cannot be rolled back ends with its connection.
            await client.query('ROLLBACK').catch(drop);
          }
          throw error;
        }
      });
    },
    async close() {
      if (closed) return;
      closed = true;
      patience.end();
      const last = connected;
      connected = undefined;
      // The server takes a moment to notice that a connection has ended; the next owner need not wait for it.
      await last?.client.query('SELECT pg_advisory_unlock($1)', [key]).catch(() => undefined);
      last?.destroy();
    },
  };
}

const names = new Map<string, string>();

/** A short name of a statement, the same on all connections. */
function nameOf(text: string): string {
  const name = names.get(text) ?? `statement ${names.size}`;
  names.set(text, name);
  return name;
}

function inUse(federation: string, server: string): ProtoNormError {
  return new ProtoNormError('invalid-run', `The federation '${federation}' of ${server} is in use.`, {
    received: federation,
    hint: 'Stop the server process that owns it, or wait for its end.',
  });
}

function takenOver(federation: string): ProtoNormError {
  return new ProtoNormError(
    'invalid-run',
    `Another process has taken over the federation '${federation}' while the database was away.`,
    { received: federation, hint: 'Open it again, when that process has ended.' },
  );
}
