import { describe, expect, it } from 'vitest';
import type { FederationDatabase, FederationStore } from '../store/federation-store.ts';
import { createMemoryDatabase } from '../store/memory-database.ts';
import {
  checkFederationStore,
  testFederationStore,
  type OpenFederationDatabase,
} from './test-federation-store.ts';

/** The same memory, opened again as a database would be. */
function openMemory(): OpenFederationDatabase & { readonly memory: FederationDatabase } {
  const memory = createMemoryDatabase();
  return { memory, database: beforeDisposal(memory) };
}
const reopen = ({ memory }: ReturnType<typeof openMemory>) => ({ memory, database: beforeDisposal(memory) });

/** Disposal closes the stores and leaves the memory, as the end of a process leaves a file. */
function beforeDisposal(memory: FederationDatabase): FederationDatabase {
  const stores: FederationStore[] = [];
  return {
    async openFederation(name) {
      const store = await memory.openFederation(name);
      stores.push(store);
      return store;
    },
    async [Symbol.asyncDispose]() {
      for (const store of stores) await store[Symbol.asyncDispose]();
    },
  };
}

testFederationStore({ open: openMemory, reopen, runner: { describe, it } });

/** A database whose stores differ from right ones in one way. */
function altered(alter: (right: FederationStore) => Partial<FederationStore>): () => OpenFederationDatabase {
  return () => {
    const right = createMemoryDatabase();
    const openFederation = async (name: string): Promise<FederationStore> => {
      const store = await right.openFederation(name);
      return { ...store, ...alter(store) };
    };
    return { database: { openFederation, [Symbol.asyncDispose]: () => right[Symbol.asyncDispose]() } };
  };
}

const broken: Readonly<Record<string, readonly [() => OpenFederationDatabase, ...string[]]>> = {
  'the last reply wins': [
    altered((right) => {
      let latest: Parameters<FederationStore['saveReply']> | undefined;
      return {
        saveReply: async (taskId, reply) => (
          (latest = [taskId, structuredClone(reply)]),
          right.saveReply(taskId, reply)
        ),
        loadReplies: async (round) =>
          (await right.loadReplies(round)).map((stored) =>
            stored.taskId === latest?.[0] && stored.reply.clientId === latest[1].clientId
              ? { ...stored, reply: latest[1] }
              : stored,
          ),
      };
    }),
    'replies/the first stays',
  ],
  'looks first, saves later': [
    altered((right) => {
      const known = new Set<string>();
      return {
        async saveReply(taskId, reply) {
          const copy = structuredClone(reply);
          const key = JSON.stringify([taskId, reply.clientId]);
          if (known.has(key)) return 'known';
          await Promise.resolve();
          await right.saveReply(taskId, copy);
          known.add(key);
          return 'saved';
        },
      };
    }),
    'replies/one of those at the same time',
  ],
  'a task has one reply': [
    altered((right) => {
      const tasks = new Set<string>();
      return {
        saveReply: async (taskId, reply) => {
          if (tasks.has(taskId)) return 'known';
          tasks.add(taskId);
          return right.saveReply(taskId, reply);
        },
      };
    }),
    'replies/as given',
    'replies/the first stays',
  ],
  'an empty upload is none': [
    altered((right) => ({
      saveReply: (taskId, reply) =>
        right.saveReply(taskId, { ...reply, up: reply.up?.length === 0 ? null : reply.up }),
    })),
    'replies/as given',
  ],
  'metrics as JSON': [
    altered((right) => ({
      saveReply: (taskId, reply) =>
        right.saveReply(taskId, {
          ...reply,
          metrics: JSON.parse(JSON.stringify(reply.metrics)) as typeof reply.metrics,
        }),
    })),
    'replies/as given',
  ],
  'the whole buffer of a view': [
    altered((right) => ({
      saveReply: (taskId, reply) =>
        right.saveReply(taskId, { ...reply, up: reply.up && new Uint8Array(reply.up.buffer) }),
    })),
    'replies/as given',
  ],
  'takes the bytes a moment later': [
    altered((right) => ({
      saveReply: (taskId, reply) => Promise.resolve().then(() => right.saveReply(taskId, reply)),
    })),
    'replies/a copy of its own',
  ],
  'in the order of arrival': [
    altered((right) => ({ loadReplies: async (round) => (await right.loadReplies(round)).toReversed() })),
    'replies/any ids, in order',
  ],
  'in the order of a language': [
    altered((right) => ({
      loadReplies: async (round) =>
        [...(await right.loadReplies(round))].sort((a, b) =>
          a.reply.clientId.localeCompare(b.reply.clientId),
        ),
    })),
    'replies/any ids, in order',
  ],
  'a snapshot drops the replies of its own round': [
    altered((right) => {
      let round = -1;
      return {
        saveSnapshot: async (snapshot) => (await right.saveSnapshot(snapshot), void (round = snapshot.round)),
        loadReplies: async (of) => (of <= round ? [] : right.loadReplies(of)),
      };
    }),
    'replies/dropped by the snapshot behind their round',
  ],
  'a failed snapshot drops replies': [
    altered((right) => {
      let round = -1;
      return {
        saveSnapshot: async (snapshot) => ((round = snapshot.round), right.saveSnapshot(snapshot)),
        loadReplies: async (of) => (of < round ? [] : right.loadReplies(of)),
      };
    }),
    'replies/a failed snapshot drops none',
  ],
  'the first record of a device stays': [
    altered((right) => {
      const known = new Set<string>();
      return {
        saveDevice: async (device) => {
          if (!known.has(device.clientId)) await right.saveDevice(device);
          known.add(device.clientId);
        },
      };
    }),
    'devices/the latest record counts',
  ],
  'whole milliseconds': [
    altered((right) => ({
      saveDevice: (device) => right.saveDevice({ ...device, enrolledAt: Math.round(device.enrolledAt) }),
    })),
    'devices/as given, in order',
  ],
  'an entry of the trail once': [
    altered((right) => {
      const known = new Set<string>();
      return {
        appendAudit: async (entry) => {
          const key = JSON.stringify(entry);
          if (!known.has(key)) await right.appendAudit(entry);
          known.add(key);
        },
      };
    }),
    'audit/as given, in order',
  ],
  'pages of any length': [
    altered((right) => ({ loadAudit: ({ after }) => right.loadAudit({ after, limit: 1000 }) })),
    'audit/as given, in order',
  ],
  'one federation for all': [
    () => {
      const right = createMemoryDatabase();
      let common: Promise<FederationStore> | undefined;
      const openFederation = () => (common ??= right.openFederation('common'));
      return { database: { openFederation, [Symbol.asyncDispose]: () => right[Symbol.asyncDispose]() } };
    },
    'federations/do not see each other',
    'federations/of any name, one owner each',
  ],
  'only the latest prototypes': [
    altered((right) => {
      let latest = -1;
      return {
        saveSnapshot: async (snapshot) => ((latest = snapshot.round), right.saveSnapshot(snapshot)),
        loadPrototypes: async (round) => (round === latest ? right.loadPrototypes(round) : undefined),
      };
    }),
    'snapshot/prototypes of each round',
  ],
};

describe('the suite', () => {
  it.each(Object.entries(broken))('catches: %s', async (_, [open, ...checks]) => {
    const only = [...checks];
    const report = await checkFederationStore({ open, only });
    expect(report.failed.map(({ name }) => name)).toEqual(only);
  });

  it('catches databases that lose what they kept when they are closed', async () => {
    const report = await checkFederationStore({ open: openMemory, reopen: openMemory, only: ['reopen/*'] });
    expect(report.failed.map(({ name }) => name)).toEqual([
      'reopen/the latest snapshot and its events',
      'reopen/and go on',
      'reopen/replies, devices and the trail',
      'reopen/events of rounds that happen again',
      'reopen/a run without a snapshot begins anew',
    ]);
  });

  it('catches databases that go on with events of rounds that happen again', async () => {
    const keeping = (): ReturnType<typeof openMemory> => openMemory();
    const never = (closed: ReturnType<typeof openMemory>) => {
      const { memory } = closed;
      // The store of before goes on: to it, no opening lies in between.
      return {
        memory,
        database: { openFederation: () => kept, [Symbol.asyncDispose]: async () => undefined },
      };
    };
    let kept!: Promise<FederationStore>;
    const open = () => {
      const { memory } = keeping();
      kept = memory.openFederation('conformance');
      return {
        memory,
        database: { openFederation: () => kept, [Symbol.asyncDispose]: async () => undefined },
      };
    };
    const report = await checkFederationStore({ open, reopen: never, only: ['reopen/*'] });
    expect(report.failed.map(({ name }) => name)).toEqual([
      'reopen/events of rounds that happen again',
      'reopen/a run without a snapshot begins anew',
    ]);
  });
});
