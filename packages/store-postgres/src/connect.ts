import { Socket } from 'node:net';
import pg from 'pg';

/** Where and how to connect. */
export interface ConnectOptions {
  readonly url: string;
  readonly schema: string;
  /** Shown by `pg_stat_activity`. */
  readonly applicationName: string;
  readonly statementMs: number;
}

/** A connection that can be broken off at once, whatever it waits for. */
export interface Connected {
  readonly client: pg.Client;
  destroy(): void;
}

/** Longest time for a connection to be made, in milliseconds. */
const CONNECT_MS = 5000;

/** What the network may add to the time of a statement before the client gives it up, in milliseconds. */
const NETWORK_MS = 2000;

/** Opens a connection, on which acknowledged transactions are durable and whose owner is noticed to be gone. */
export async function connect(options: ConnectOptions): Promise<Connected> {
  const { url, schema, applicationName, statementMs } = options;
  const socket = new Socket();
  const client = new pg.Client({
    connectionString: url,
    application_name: applicationName,
    stream: () => socket,
    // The calls of a transaction do not wait for each other's answers.
    pipeline: true,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: statementMs,
    idle_in_transaction_session_timeout: statementMs,
    // The server's own limit comes first; this one is for servers that say nothing any more.
    query_timeout: statementMs + NETWORK_MS,
  });
  // The query that runs, or the next one, rejects; without a listener, the process would end.
  client.on('error', () => undefined);
  const destroy = (): void => {
    socket.destroy();
    client.end().catch(() => undefined);
  };
  try {
    await client.connect();
    // A server that was told not to wait for the disk waits for it here; one that waits for more than that may.
    await client.query(
      `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`,
    );
    // The server notices within half a minute that the machine of an owner is gone, and gives its lock away.
    await client.query(
      'SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3',
    );
    await client.query(`SET search_path = ${schema}`);
    return { client, destroy };
  } catch (error) {
    destroy();
    throw error;
  }
}

/** Host and database, for messages: without the password. */
export function serverOf(url: string): string {
  const { host, port, database } = new pg.Client({ connectionString: url });
  return `PostgreSQL at ${host}:${port}/${database ?? ''}`;
}
