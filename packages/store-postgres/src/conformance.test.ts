import { testFederationStore } from '@protonorm/protocol/testkit';
import { afterAll, describe, it } from 'vitest';
import { openPostgresDatabase } from './open-database.ts';
import { missing, temporarySchema, url } from './test-database.test-support.ts';

const schemas: ReturnType<typeof temporarySchema>[] = [];
afterAll(async () => {
  for (const schema of schemas) await schema[Symbol.asyncDispose]();
});

async function openIn(schema: string) {
  return { schema, database: await openPostgresDatabase({ url, schema, now: () => 1000 }) };
}

testFederationStore({
  open() {
    const created = temporarySchema();
    schemas.push(created);
    return openIn(created.schema);
  },
  reopen: ({ schema }) => openIn(schema),
  runner: { describe, it },
  ...(missing !== undefined && { skip: [{ reason: missing, checks: ['*'] }] }),
});
