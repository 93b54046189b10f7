import { ProtoNormError } from '@protonorm/tensor';
import type { Client } from 'pg';
import { lockKeyOf } from './lock-key.ts';

/**
 * The steps from an empty schema to today's tables; the table `migration` counts those that were taken. A step that was
 * released is never changed.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE federation (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    owner_epoch bigint NOT NULL DEFAULT 1,
    last_transaction uuid
  );
  COMMENT ON COLUMN federation.owner_epoch IS 'grows with each owner; one whose number has passed may not write';
  COMMENT ON COLUMN federation.last_transaction IS 'tells an owner whose connection broke whether his COMMIT was done';

  CREATE TABLE event (
    federation integer NOT NULL REFERENCES federation,
    sequence bigint NOT NULL,
    at double precision NOT NULL,
    type text NOT NULL,
    round integer,
    event json NOT NULL,
    PRIMARY KEY (federation, sequence)
  );

  CREATE TABLE snapshot (
    federation integer PRIMARY KEY REFERENCES federation,
    round integer NOT NULL,
    engine bytea NOT NULL
  );

  CREATE TABLE client_state (
    federation integer NOT NULL REFERENCES federation,
    client_id text NOT NULL,
    state bytea NOT NULL,
    PRIMARY KEY (federation, client_id)
  );

  CREATE TABLE prototypes (
    federation integer NOT NULL REFERENCES federation,
    round integer NOT NULL,
    tables bytea NOT NULL,
    PRIMARY KEY (federation, round)
  );

  CREATE TABLE reply (
    federation integer NOT NULL REFERENCES federation,
    task_id text NOT NULL,
    client_id text NOT NULL,
    round integer NOT NULL,
    record json NOT NULL,
    up bytea,
    PRIMARY KEY (federation, task_id, client_id)
  );
  CREATE INDEX reply_of_round ON reply (federation, round);

  CREATE TABLE device (
    federation integer NOT NULL REFERENCES federation,
    client_id text NOT NULL,
    record json NOT NULL,
    PRIMARY KEY (federation, client_id)
  );

  CREATE TABLE audit (
    federation integer NOT NULL REFERENCES federation,
    sequence bigint NOT NULL,
    entry json NOT NULL,
    PRIMARY KEY (federation, sequence)
  );`,
];

/**
 * Brings the tables of a schema up to date, one server process at a time; makes the schema where there is none.
 *
 * @throws `invalid-run` for tables of a newer version
 */
export async function migrate(client: Client, schema: string): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [lockKeyOf('migration', schema)]);
    // CREATE SCHEMA needs a right even where there is nothing to create.
    const { rowCount } = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
    if (rowCount === 0) await client.query(`CREATE SCHEMA ${schema}`);
    await client.query(
      'CREATE TABLE IF NOT EXISTS migration (version integer PRIMARY KEY, at timestamptz DEFAULT now())',
    );
    const { rows } = await client.query('SELECT coalesce(max(version), 0) AS version FROM migration');
    const { version } = rows[0] as { readonly version: number };
    if (version > migrations.length) {
      throw new ProtoNormError(
        'invalid-run',
        `The schema ${schema} has version ${version} of its tables; this program knows ${migrations.length}.`,
        { received: version, expected: `<= ${migrations.length}`, hint: 'Use the newer program.' },
      );
    }
    for (const [i, step] of migrations.entries()) {
      if (i < version) continue;
      await client.query(step);
      await client.query('INSERT INTO migration (version) VALUES ($1)', [i + 1]);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
