import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { ProtoNormError } from '@protonorm/tensor';
import { APPLICATION_ID, migrations } from './migrations.ts';

/** An open database with its statements. */
export interface Connection {
  /** A statement, prepared once. */
  sql(text: string): StatementSync;
  /** Runs a body in a transaction: resolves when it is on the disk; rejects when nothing of it is kept. */
  transact<T>(body: (connection: Connection) => Promise<T>): Promise<T>;
  close(): void;
}

/** How a file is opened. */
export interface ConnectionOptions {
  /** Largest size of the database in bytes. */
  readonly maxBytes: number | undefined;
}

/**
 * Opens a file for writing, and brings its tables up to date.
 *
 * @throws `invalid-run` for a database of another program or of a newer version; errors of SQLite
 */
export async function openConnection(path: string, { maxBytes }: ConnectionOptions): Promise<Connection> {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(path);
  try {
    // One writer: whoever else has the lock for longer than this is no owner of ours.
    database.exec('PRAGMA busy_timeout = 1000');
    checkOwn(database, path);
    prepare(database, maxBytes);
    migrate(database, path);
  } catch (error) {
    database.close();
    throw error;
  }
  const statements = new Map<string, StatementSync>();
  const connection: Connection = {
    sql(text) {
      const known = statements.get(text);
      if (known !== undefined) return known;
      const statement = database.prepare(text);
      statements.set(text, statement);
      return statement;
    },
    async transact(body) {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = await body(connection);
        database.exec('COMMIT');
        return result;
      } catch (error) {
        rollBack(database);
        throw error;
      }
    },
    close: () => database.close(),
  };
  return connection;
}

/** SQLite has rolled back already behind some errors, such as a full disk. */
function rollBack(database: DatabaseSync): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // No transaction is open.
  }
}

function checkOwn(database: DatabaseSync, path: string): void {
  const tables = numberOf(database, 'SELECT count(*) FROM sqlite_schema');
  if (tables > 0 && numberOf(database, 'PRAGMA application_id') !== APPLICATION_ID) {
    throw new ProtoNormError('invalid-run', `The database ${path} is of another program.`, {
      received: path,
      hint: 'Give the path of a new file.',
    });
  }
}

function prepare(database: DatabaseSync, maxBytes: number | undefined): void {
  database.exec('PRAGMA journal_mode = WAL');
  // FULL: each transaction waits for the disk. fullfsync: on macOS, too, where a plain fsync does not.
  database.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA foreign_keys = ON');
  // A log that grew by a large upload gives its room back.
  database.exec('PRAGMA journal_size_limit = 67108864');
  if (maxBytes === undefined) return;
  const pages = Math.max(1, Math.floor(maxBytes / numberOf(database, 'PRAGMA page_size')));
  database.exec(`PRAGMA max_page_count = ${pages}`);
}

function migrate(database: DatabaseSync, path: string): void {
  const version = numberOf(database, 'PRAGMA user_version');
  if (version > migrations.length) {
    throw new ProtoNormError(
      'invalid-run',
      `The database ${path} has version ${version} of its tables; this program knows ${migrations.length}.`,
      { received: version, expected: `<= ${migrations.length}`, hint: 'Use the newer program.' },
    );
  }
  for (const [i, step] of migrations.entries()) {
    if (i < version) continue;
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(step);
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${i + 1}; COMMIT`);
    } catch (error) {
      rollBack(database);
      throw error;
    }
  }
}

function numberOf(database: DatabaseSync, text: string): number {
  const [value] = Object.values(database.prepare(text).get() ?? {});
  return Number(value);
}
