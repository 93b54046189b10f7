import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import type { ClientReply, RunSnapshot } from '@protonorm/protocol';
import { testFederationStore } from '@protonorm/protocol/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../run-folder/temporary-folder.test-support.ts';
import { migrations } from './migrations.ts';
import { openSqliteDatabase } from './open-database.ts';

const now = (): number => 1000;

const folders: Awaited<ReturnType<typeof temporaryFolder>>[] = [];
afterAll(async () => {
  for (const folder of folders) await folder[Symbol.asyncDispose]();
});

testFederationStore({
  async open() {
    const folder = await temporaryFolder();
    folders.push(folder);
    return openIn(folder);
  },
  reopen: ({ folder }) => openIn(folder),
  runner: { describe, it },
});

async function openIn(folder: Awaited<ReturnType<typeof temporaryFolder>>) {
  return { folder, database: await openSqliteDatabase(join(folder.path, 'federations.db'), { now }) };
}

const replyOf = (clientId: string, bytes = 10): ClientReply => ({
  clientId,
  round: 0,
  up: new Uint8Array(bytes).fill(7),
  metrics: {},
});
const snapshotOf = (round: number, bytes = 10): RunSnapshot => ({
  round,
  engine: new Uint8Array(bytes).fill(round),
  clients: new Map([['a', Uint8Array.of(round)]]),
  prototypes: {},
});

describe('a database file', () => {
  it('is made with its folder, and closed without a log beside', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'new/federations.db');
    const database = await openSqliteDatabase(path, { now });
    const store = await database.openFederation('a');
    await store.saveDevice({
      clientId: 'a',
      key: null,
      status: 'allowed',
      role: '',
      labels: {},
      enrolledAt: 0,
      lastSeenAt: 0,
    });
    await database[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await expect(store.loadDevices()).rejects.toMatchObject({ code: 'disposed' });
    await expect(database.openFederation('b')).rejects.toMatchObject({ code: 'disposed' });
    expect(await readdir(join(folder.path, 'new'))).toEqual(['federations.db', 'federations.db.lock']);
  });

  it('has one owner, by whatever name it is opened, and lets others read', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'federations.db');
    await using database = await openSqliteDatabase(path, { now });
    await using store = await database.openFederation('a');
    await store.saveReply('task', replyOf('a'));
    await symlink(path, join(folder.path, 'alias.db'));
    for (const name of ['federations.db', 'alias.db', './x/../federations.db']) {
      await expect(openSqliteDatabase(join(folder.path, name), { now })).rejects.toMatchObject({
        code: 'invalid-run',
        message: expect.stringContaining('is in use'),
      });
    }
    const code = `
      import { openSqliteDatabase } from ${JSON.stringify(new URL('open-database.ts', import.meta.url).href)};
      await openSqliteDatabase(${JSON.stringify(path)}, { now: () => 0 }).catch(({ code }) => console.log(code));
    `;
    const { stdout } = await promisify(execFile)(process.execPath, [...typescript, code], {
      cwd: import.meta.dirname,
    });
    expect(stdout.trim()).toBe('invalid-run');
    const reader = new DatabaseSync(path, { readOnly: true });
    expect({ ...reader.prepare('SELECT client_id FROM reply').get() }).toEqual({ client_id: 'a' });
    reader.close();
  });

  it.each<[string, (path: string) => Promise<unknown>, string]>([
    ['text', (path) => writeFile(path, 'no database, but more than sixteen bytes of text'), 'not a database'],
    ['a folder', (path) => mkdir(path), 'cannot be used'],
    [
      'of another program',
      async (path) => editing(path, 'CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)'),
      'another program',
    ],
    [
      'of a newer version',
      async (path) => {
        await (await openSqliteDatabase(path, { now }))[Symbol.asyncDispose]();
        editing(path, `PRAGMA user_version = ${migrations.length + 1}`);
      },
      `has version ${migrations.length + 1} of its tables; this program knows ${migrations.length}`,
    ],
  ])('is refused when it is %s, untouched', async (_, prepare, says) => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'federations.db');
    await prepare(path);
    const before = await readFile(path).catch(() => undefined);
    for (let times = 0; times < 2; times++) {
      await expect(openSqliteDatabase(path, { now })).rejects.toMatchObject({
        code: 'invalid-run',
        message: expect.stringContaining(says),
      });
    }
    expect(await readFile(path).catch(() => undefined)).toEqual(before);
  });

  it('refuses a size out of range', async () => {
    for (const maxBytes of [0, 65_535, 1e6 + 0.5, NaN]) {
      await expect(openSqliteDatabase('/never', { now, maxBytes })).rejects.toMatchObject({
        code: 'invalid-argument',
      });
    }
  });

  it('tells bytes that the disk has changed', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'federations.db');
    {
      await using database = await openSqliteDatabase(path, { now });
      await using store = await database.openFederation('a');
      await store.saveSnapshot(snapshotOf(1));
      await store.saveReply('task', { ...replyOf('b'), round: 1 });
    }
    editing(path, `UPDATE reply SET up = x'00'; UPDATE client_state SET state = x'05'`);
    await using database = await openSqliteDatabase(path, { now });
    await using store = await database.openFederation('a');
    await expect(store.loadReplies(1)).rejects.toMatchObject({
      code: 'message-corrupt',
      message: expect.stringContaining('The upload of b in round 1 is not what was written'),
    });
    await expect(store.loadSnapshot()).rejects.toMatchObject({
      code: 'snapshot-corrupt',
      message: expect.stringContaining('The state of client a of round 1 is not what was written'),
    });
  });
});

describe('a full disk', () => {
  const folderOf = async () => {
    const folder = await temporaryFolder();
    return { ...folder, maxBytes: 1 << 20, makeRoom: async () => undefined };
  };
  /** A file system of 1 MB, where this process may mount one. */
  const tinyDisk = async () => {
    const folder = await temporaryFolder();
    const run = promisify(execFile);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder.path]);
    return {
      path: folder.path,
      makeRoom: () => run('mount', ['-o', 'remount,size=2m', folder.path]),
      async [Symbol.asyncDispose]() {
        await run('umount', [folder.path]);
        await folder[Symbol.asyncDispose]();
      },
    };
  };

  it.for([
    ['a largest size', folderOf],
    ['a file system of 1 MB', tinyDisk],
  ] as const)('by %s is told, leaves what was there, and ends', async ([_, disk], { skip }) => {
    await using folder = await disk().catch((error: unknown) =>
      skip(`no file system of its own: ${String(error)}`),
    );
    const options = { now, ...('maxBytes' in folder && { maxBytes: folder.maxBytes }) };
    const path = join(folder.path, 'federations.db');
    const saved: string[] = [];
    {
      await using database = await openSqliteDatabase(path, options);
      await using store = await database.openFederation('a');
      await store.saveSnapshot(snapshotOf(1));
      const failures: unknown[] = [];
      for (let i = 0; i < 40 && failures.length < 3; i++) {
        await store.saveReply('task', { ...replyOf(`client-${i}`, 50_000), round: 1 }).then(
          () => saved.push(`client-${i}`),
          (error: unknown) => failures.push(error),
        );
      }
      expect(failures).toHaveLength(3);
      for (const failure of failures) {
        expect(failure).toMatchObject({
          code: 'store-failed',
          message: expect.stringMatching(/full.*Make room/),
        });
      }
      await expect(store.saveSnapshot(snapshotOf(2, 2e6))).rejects.toMatchObject({ code: 'store-failed' });
      // One that is too large does not take those beside it with it.
      const outcomes = await Promise.allSettled([
        store.saveReply('task', { ...replyOf('small', 1), round: 1 }),
        store.saveReply('task', replyOf('large', 2e6)),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
      saved.push('small');
      expect(await store.loadSnapshot()).toEqual(snapshotOf(1));
      expect((await store.loadReplies(1)).map(({ reply }) => reply.clientId)).toEqual(saved.sort());
    }
    await using database = await openSqliteDatabase(path, options);
    await using store = await database.openFederation('a');
    expect(await store.loadSnapshot()).toEqual(snapshotOf(1));
    expect((await store.loadReplies(1)).map(({ reply }) => reply.clientId)).toEqual(saved);
    // Within a largest size, the replies of the round make room; on a disk that is full to the last byte, somebody must.
    await folder.makeRoom();
    await store.saveSnapshot(snapshotOf(2));
    expect(await store.saveReply('task', { ...replyOf('again', 50_000), round: 2 })).toBe('saved');
  });
});

describe('whenever a process is killed', () => {
  it('what it acknowledged is there', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'federations.db');
    let rounds = 0;
    // Delays that are no multiple of anything hit different moments.
    for (const delay of [1, 7, 12, 18, 23, 31]) {
      const child = saving(path);
      const lines: string[] = [];
      let text = '';
      child.stdout.on('data', (data: Buffer) => {
        text += String(data);
        const whole = text.split('\n');
        text = whole.pop()!;
        lines.push(...whole);
      });
      await once(child.stdout, 'data');
      await new Promise((resolve) => {
        setTimeout(resolve, delay);
      });
      child.kill('SIGKILL');
      await once(child, 'close');
      await using database = await openSqliteDatabase(path, { now });
      await using store = await database.openFederation('a');
      const snapshot = await store.loadSnapshot();
      const round = snapshot?.round ?? 0;
      const said = lines.map(
        (line) => JSON.parse(line) as { readonly round: number; readonly clientId?: string },
      );
      const snapshots = said.filter(({ clientId }) => clientId === undefined).map(({ round }) => round);
      const acknowledged = snapshots.at(-1) ?? rounds;
      expect([acknowledged, acknowledged + 1]).toContain(round);
      if (snapshot) expect(snapshot.engine).toEqual(new Uint8Array(20_000).fill(round));
      const kept = (await store.loadReplies(round)).map(({ reply }) => {
        expect(reply.up).toEqual(new Uint8Array(5000).fill(round));
        return reply.clientId;
      });
      const replies = said.filter((line) => line.clientId !== undefined && line.round === round);
      expect(kept).toEqual(expect.arrayContaining(replies.map(({ clientId }) => clientId)));
      rounds = round;
    }
    expect(rounds).toBeGreaterThan(0);
  });
});

const typescript = ['--conditions=@protonorm/source', '--input-type=module-typescript', '--eval'];

/** A process that saves replies and snapshots as fast as it can, and tells each that is safe. */
function saving(path: string) {
  const code = `
    import { openSqliteDatabase } from ${JSON.stringify(new URL('open-database.ts', import.meta.url).href)};
    const database = await openSqliteDatabase(${JSON.stringify(path)}, { now: () => 0 });
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
  return spawn(process.execPath, [...typescript, code], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: import.meta.dirname,
  });
}

function editing(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}
