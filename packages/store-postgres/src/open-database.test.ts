import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { migrations } from './migrations.ts';
import { openPostgresDatabase } from './open-database.ts';
import { missing, query, temporarySchema, url } from './test-database.test-support.ts';

const now = (): number => 1000;

describe('openPostgresDatabase', () => {
  it('refuses settings out of range', async () => {
    for (const bad of [
      { schema: '' },
      { schema: 'Capital' },
      { schema: 'a; DROP TABLE reply' },
      { schema: 'x'.repeat(64) },
      { limitMs: 0 },
      { limitMs: NaN },
      { limitMs: Infinity },
      { statementMs: 0.5 },
    ]) {
      await expect(openPostgresDatabase({ url, now, ...bad })).rejects.toMatchObject({
        code: 'invalid-argument',
      });
    }
  });

  it('tells where it looked for a database that is not there, without the password', async () => {
    const nowhere = 'postgres://user:secret@127.0.0.1:1/none';
    const failure: unknown = await openPostgresDatabase({ url: nowhere, now, limitMs: 50 }).catch(
      (error) => error,
    );
    expect(failure).toMatchObject({ code: 'store-failed' });
    expect(String(failure)).toMatch(/PostgreSQL at 127\.0\.0\.1:1\/none did not answer for 50 ms/);
    expect(String(failure)).not.toContain('secret');
  });

  it('waits no time for a database that refuses', async (context) => {
    if (missing !== undefined) context.skip(missing);
    const unknown = new URL(url);
    unknown.pathname = '/no_such_database';
    await expect(openPostgresDatabase({ url: unknown.href, now, limitMs: 1e9 })).rejects.toMatchObject({
      code: 'store-failed',
      message: expect.stringContaining('no_such_database'),
    });
  });
});

describe.skipIf(missing !== undefined)(`tables${missing ? ` (skipped: ${missing})` : ''}`, () => {
  it('are made once by several processes that begin at the same time', async () => {
    await using temporary = temporarySchema();
    const { schema } = temporary;
    const databases = await Promise.all([1, 2, 3].map(() => openPostgresDatabase({ url, schema, now })));
    for (const database of databases) await database[Symbol.asyncDispose]();
    expect(await query(`SELECT version FROM ${schema}.migration`)).toEqual(
      migrations.map((_, i) => ({ version: i + 1 })),
    );
  });

  it('of a newer version are refused', async () => {
    await using temporary = temporarySchema();
    const { schema } = temporary;
    await (await openPostgresDatabase({ url, schema, now }))[Symbol.asyncDispose]();
    await query(`INSERT INTO ${schema}.migration (version) VALUES ($1)`, [migrations.length + 1]);
    await expect(openPostgresDatabase({ url, schema, now })).rejects.toMatchObject({
      code: 'invalid-run',
      message: expect.stringContaining(`has version ${migrations.length + 1} of its tables`),
    });
  });
});

/** A process that saves replies and snapshots as fast as it can, and tells each that is safe. */
function saving(schema: string) {
  const code = `
    import { openPostgresDatabase } from ${JSON.stringify(new URL('open-database.ts', import.meta.url).href)};
    const database = await openPostgresDatabase({ url: ${JSON.stringify(url)}, schema: '${schema}', now: () => 0 });
    const store = await database.openFederation('a');
    const say = (line) => process.stdout.write(JSON.stringify(line) + '\\n');
    for (let round = (await store.loadSnapshot())?.round ?? 0; ; round++) {
      await store.appendEvent({ type: 'round-started', round, selected: [] });
      await Promise.all(Array.from({ length: 8 }, async (_, i) => {
        const up = new Uint8Array(5000).fill(round);
        await store.saveReply('task-' + round, { clientId: 'client-' + i, round, up, metrics: {} });
        say({ round, clientId: 'client-' + i });
      }));
      const engine = new Uint8Array(20_000).fill(round + 1);
      await store.saveSnapshot({ round: round + 1, engine, clients: new Map(), prototypes: {} });
      say({ round: round + 1 });
    }
  `;
  const args = ['--conditions=@protonorm/source', '--input-type=module-typescript', '--eval', code];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: import.meta.dirname });
}

describe.skipIf(missing !== undefined)(`a killed process${missing ? ` (skipped: ${missing})` : ''}`, () => {
  it('leaves all that it acknowledged, and its federation to the next', async () => {
    await using temporary = temporarySchema();
    const { schema } = temporary;
    let rounds = 0;
    for (const delay of [3, 11, 29, 47]) {
      const child = saving(schema);
      let text = '';
      child.stdout.on('data', (data: Buffer) => {
        text += String(data);
      });
      await once(child.stdout, 'data');
      await new Promise((resolve) => {
        setTimeout(resolve, delay);
      });
      child.kill('SIGKILL');
      await once(child, 'close');
      const said = text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as { readonly round: number; readonly clientId?: string });
      const acknowledged = said.findLast(({ clientId }) => clientId === undefined)?.round ?? rounds;

      await using database = await openPostgresDatabase({ url, schema, now });
      await using store = await database.openFederation('a');
      const snapshot = await store.loadSnapshot();
      const round = snapshot?.round ?? 0;
      expect([acknowledged, acknowledged + 1]).toContain(round);
      if (snapshot) expect(snapshot.engine).toEqual(new Uint8Array(20_000).fill(round));
      const kept = (await store.loadReplies(round)).map(({ reply }) => reply.clientId);
      const replies = said.filter((line) => line.clientId !== undefined && line.round === round);
      expect(kept).toEqual(expect.arrayContaining(replies.map(({ clientId }) => clientId)));
      rounds = round;
    }
    expect(rounds).toBeGreaterThan(0);
  });
});
