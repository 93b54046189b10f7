import type { ClientReply, FederationStore, RunSnapshot } from '@protonorm/protocol';
import { describe, expect, it } from 'vitest';
import { openFaultProxy, type CommitFault } from './fault-proxy.test-support.ts';
import { openPostgresDatabase } from './open-database.ts';
import { missing, query, temporarySchema, url } from './test-database.test-support.ts';

const now = (): number => 1000;
const replyOf = (clientId: string, round = 1): ClientReply => ({
  clientId,
  round,
  up: Uint8Array.of(7),
  metrics: {},
});
const snapshotOf = (round: number): RunSnapshot => ({
  round,
  engine: Uint8Array.of(round),
  clients: new Map(),
  prototypes: {},
});
const entry = { at: 0, clientId: null, address: '', action: 'test', code: null, detail: '' };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A federation behind a proxy. */
async function opened(options: { readonly limitMs?: number; readonly statementMs?: number } = {}) {
  const stack = new AsyncDisposableStack();
  const { schema } = stack.use(temporarySchema());
  const proxy = stack.use(await openFaultProxy(url));
  const database = stack.use(await openPostgresDatabase({ url: proxy.url, schema, now, ...options }));
  const store = await database.openFederation('a');
  return { schema, proxy, store, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function clientsOf(store: FederationStore, round = 1): Promise<readonly string[]> {
  return (await store.loadReplies(round)).map(({ reply }) => reply.clientId);
}

describe.skipIf(missing !== undefined)(
  `PostgreSQL with faults${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    it('calls wait for a database that went away, and each is done once', async () => {
      await using all = await opened();
      const { store, proxy } = all;
      await store.saveReply('task', replyOf('before'));
      await proxy.refuse();
      const waiting = [
        store.saveReply('task', replyOf('during')),
        store.saveReply('task', replyOf('during')),
        store.saveReply('task', replyOf('before')),
        store.appendAudit(entry),
        store.loadReplies(1).then((replies) => replies.length),
      ];
      await pause(1200);
      await proxy.restore();
      expect(await Promise.all(waiting)).toEqual(['saved', 'known', 'known', undefined, 2]);
      expect(await clientsOf(store)).toEqual(['before', 'during']);
      expect(await store.loadAudit({ after: 0, limit: 9 })).toEqual([{ ...entry, sequence: 1 }]);
    });

    it.each<CommitFault>(['lost', 'answer lost', 'client lost'])(
      'whatever becomes of a COMMIT (%s), its calls are done once and told right',
      async (fault) => {
        await using all = await opened();
        const { store, proxy } = all;
        await store.saveReply('task', replyOf('old', 0));
        proxy.breakNextCommit(fault);
        const saved = await Promise.all([
          store.saveReply('task', replyOf('a')),
          store.saveReply('task', replyOf('b')),
          store.saveReply('task', replyOf('a')),
        ]);
        expect(saved).toEqual(['saved', 'saved', 'known']);
        proxy.breakNextCommit(fault);
        await store.appendAudit(entry);
        for (const round of [0, 1]) {
          proxy.breakNextCommit(fault);
          await store.appendEvent({ type: 'round-started', round, selected: [] });
        }
        proxy.breakNextCommit(fault);
        await store.saveSnapshot(snapshotOf(1));
        proxy.breakNextCommit(fault);
        expect(await store.loadSnapshot()).toEqual(snapshotOf(1));
        expect(await clientsOf(store)).toEqual(['a', 'b']);
        expect(await clientsOf(store, 0)).toEqual([]);
        expect(await store.loadAudit({ after: 0, limit: 9 })).toEqual([{ ...entry, sequence: 1 }]);
        const events = await store.loadEvents({ after: 0, limit: 9 });
        expect(events.map(({ sequence, event }) => [sequence, event.round])).toEqual([
          [1, 0],
          [2, 1],
        ]);
      },
    );

    it('a database that stays away is told at the limit, to all that wait; the next call tries again', async () => {
      await using all = await opened({ limitMs: 300 });
      const { store, proxy } = all;
      await store.saveReply('task', replyOf('before'));
      await proxy.refuse();
      const outcomes = await Promise.allSettled([
        store.saveReply('task', replyOf('during')),
        store.appendAudit(entry),
        store.loadSnapshot(),
      ]);
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({
          reason: {
            code: 'store-failed',
            message: expect.stringMatching(/did not answer for 300 ms.*ECONNREFUSED/),
          },
        });
      }
      await expect(store.loadSnapshot()).rejects.toMatchObject({ code: 'store-failed' });
      await proxy.restore();
      expect(await store.saveReply('task', replyOf('after'))).toBe('saved');
      expect(await clientsOf(store)).toEqual(['after', 'before']);
    });

    it('a database that says nothing any more is given up, and reached anew', async () => {
      await using all = await opened({ statementMs: 100 });
      const { store, proxy } = all;
      proxy.hold();
      const saving = store.saveReply('task', replyOf('a'));
      // Longer than the client waits for a statement: its limit and two seconds for the network.
      await pause(2400);
      await proxy.restore();
      proxy.cut();
      expect(await saving).toBe('saved');
      expect(await clientsOf(store)).toEqual(['a']);
    });

    it('an owner whose federation was taken over meanwhile writes nothing any more', async () => {
      await using all = await opened();
      const { store, proxy, schema } = all;
      await store.saveReply('task', replyOf('before'));
      await using other = await openPostgresDatabase({ url, schema, now });
      await expect(other.openFederation('a')).rejects.toMatchObject({
        code: 'invalid-run',
        message: expect.stringMatching(/'a' of PostgreSQL at 127\.0\.0\.1:\d+\/\w+ is in use/),
      });
      await proxy.refuse();
      const next = await other.openFederation('a');
      await next.saveReply('task', replyOf('of the next'));
      await next[Symbol.asyncDispose]();
      await proxy.restore();
      for (let times = 0; times < 2; times++) {
        await expect(store.saveReply('task', replyOf('late'))).rejects.toMatchObject({
          code: 'invalid-run',
          message: expect.stringContaining('Another process has taken over'),
        });
      }
      await using again = await other.openFederation('a');
      expect(await clientsOf(again)).toEqual(['before', 'of the next']);
    });

    it('an idle owner whose connection breaks claims again at once, and none is left behind', async () => {
      await using all = await opened();
      const { store, proxy } = all;
      const until = async (reached: () => boolean): Promise<void> => {
        for (let i = 0; i < 200 && !reached(); i++) await pause(20);
        expect(reached()).toBe(true);
      };
      // One made the tables, one owns the federation.
      expect(proxy.accepted()).toBe(2);
      proxy.cut();
      await until(() => proxy.accepted() === 3);
      expect(await store.saveReply('task', replyOf('a'))).toBe('saved');
      expect(proxy.accepted()).toBe(3);
      await store[Symbol.asyncDispose]();
      await until(() => proxy.connections() === 0);
      await expect(store.loadSnapshot()).rejects.toMatchObject({ code: 'disposed' });
    });

    it('a statement that takes too long is told, changes nothing, and fails no call beside it', async () => {
      await using all = await opened({ statementMs: 200 });
      const { store, schema } = all;
      const blocking = query(
        `BEGIN; LOCK TABLE ${schema}.reply IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(2.5); COMMIT`,
      );
      await pause(300);
      const outcomes = await Promise.allSettled([
        store.saveReply('task', replyOf('a')),
        store.appendAudit(entry),
        store.saveReply('task', replyOf('b')),
        store.appendAudit(entry),
      ]);
      const failed = {
        reason: {
          code: 'store-failed',
          message: expect.stringContaining('longer than statementMs') as string,
        },
      };
      expect(outcomes).toMatchObject([failed, { status: 'fulfilled' }, failed, { status: 'fulfilled' }]);
      await blocking;
      expect(await store.saveReply('task', replyOf('a'))).toBe('saved');
      expect(await clientsOf(store)).toEqual(['a']);
      expect(await store.loadAudit({ after: 0, limit: 9 })).toHaveLength(2);
    });
  },
);
