import { userInfo } from 'node:os';
import pg from 'pg';

/** The server that tests use. */
export const url =
  process.env.PROTONORM_TEST_POSTGRES ?? `postgres://${userInfo().username}@127.0.0.1:5432/test`;

/** Why the tests cannot run here; undefined = they can. */
export const missing: string | undefined = await reachable();

async function reachable(): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return undefined;
  } catch (error) {
    return `no PostgreSQL at PROTONORM_TEST_POSTGRES or 127.0.0.1:5432/test: ${String(error)}`;
  }
}

/** Runs SQL beside the store. */
export async function query(
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, [...values])).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

let schemas = 0;

/** A schema of its own, gone when it is disposed. */
export function temporarySchema(): AsyncDisposable & { readonly schema: string } {
  const schema = `protonorm_test_${process.pid}_${schemas++}`;
  return {
    schema,
    [Symbol.asyncDispose]: async () => void (await query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)),
  };
}
