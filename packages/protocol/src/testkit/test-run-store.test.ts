import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../run/run-event.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import type { RunSnapshot, RunStore } from '../store/run-store.ts';
import { checkRunStore, testRunStore, type OpenRunStore } from './test-run-store.ts';

/** A memory store that can be closed and opened again, as a database could. */
function openMemory(): OpenRunStore {
  const store = createMemoryStore();
  return { store, events: () => store.events };
}
const reopen = (closed: OpenRunStore): OpenRunStore => closed;

testRunStore({ open: openMemory, reopen, runner: { describe, it } });

/** A store that differs from a right one in what it does with snapshots or events. */
function altered(alter: (right: RunStore) => Partial<RunStore>): () => OpenRunStore {
  return () => {
    const right = createMemoryStore();
    const { events: _, ...calls } = right;
    return { store: { ...calls, ...alter(right) }, events: () => right.events };
  };
}

const saving = (change: (snapshot: RunSnapshot) => Partial<RunSnapshot>) =>
  altered((right) => ({
    saveSnapshot: (snapshot) => right.saveSnapshot({ ...snapshot, ...change(snapshot) }),
  }));

const broken: Readonly<Record<string, readonly [() => OpenRunStore, ...string[]]>> = {
  'an empty snapshot at the beginning': [
    altered((right) => ({
      loadSnapshot: async () =>
        (await right.loadSnapshot()) ?? {
          round: 0,
          engine: new Uint8Array(0),
          clients: new Map(),
          prototypes: {},
        },
    })),
    'snapshot/none at the beginning',
  ],
  'the whole buffer of a view': [
    saving(({ engine }) => ({ engine: new Uint8Array(engine.buffer) })),
    'snapshot/bytes as given',
  ],
  'file names without slashes': [
    saving(({ clients }) => ({
      clients: new Map([...clients].map(([id, bytes]) => [id.replaceAll('/', '_'), bytes])),
    })),
    'snapshot/any client ids',
  ],
  'the same name for A and a': [
    saving(({ clients }) => ({
      clients: new Map([...clients].map(([id, bytes]) => [id.toLowerCase(), bytes])),
    })),
    'snapshot/any client ids',
  ],
  '-0 becomes 0': [
    saving(({ prototypes }) => ({
      prototypes: Object.fromEntries(
        Object.entries(prototypes).map(([name, table]) => [
          name,
          { ...table, vectors: table.vectors.map((x) => x + 0) },
        ]),
      ),
    })),
    'snapshot/tables as given',
  ],
  'no empty tables': [
    saving(({ prototypes }) => ({
      prototypes: Object.fromEntries(
        Object.entries(prototypes).filter(([, { classes }]) => classes.length > 0),
      ),
    })),
    'snapshot/tables as given',
  ],
  'the largest name wins': [
    altered((right) => {
      let largest = '';
      return {
        async saveSnapshot(snapshot) {
          if (String(snapshot.round) < largest) return;
          largest = String(snapshot.round);
          await right.saveSnapshot(snapshot);
        },
      };
    }),
    'snapshot/the latest wins',
  ],
  'a round is saved once': [
    altered((right) => {
      const rounds = new Set<number>();
      return {
        async saveSnapshot(snapshot) {
          if (rounds.has(snapshot.round)) return;
          await right.saveSnapshot(snapshot);
          rounds.add(snapshot.round);
        },
      };
    }),
    'snapshot/of the same round again',
  ],
  'keeps what it is given': [
    altered(() => {
      let latest: RunSnapshot | undefined;
      return {
        saveSnapshot: async (snapshot) => void (latest = snapshot),
        loadSnapshot: async () => latest,
      };
    }),
    'snapshot/a copy of its own',
    'snapshot/a failed save changes nothing',
  ],
  'gives out what it keeps': [
    altered((right) => {
      let loaded: RunSnapshot | undefined;
      return {
        async saveSnapshot(snapshot) {
          await right.saveSnapshot(snapshot);
          loaded = await right.loadSnapshot();
        },
        loadSnapshot: async () => loaded,
      };
    }),
    'snapshot/a copy of its own',
  ],
  'begins with removing': [
    altered((right) => {
      let present = false;
      return {
        async saveSnapshot(snapshot) {
          present = false;
          await right.saveSnapshot(snapshot);
          present = true;
        },
        loadSnapshot: async () => (present ? right.loadSnapshot() : undefined),
      };
    }),
    'snapshot/a failed save changes nothing',
  ],
  'swallows failures': [
    altered((right) => ({ saveSnapshot: (snapshot) => right.saveSnapshot(snapshot).catch(() => {}) })),
    'snapshot/a failed save changes nothing',
  ],
  'the latest event first': [
    () => {
      const { store, events } = openMemory();
      return { store, events: async () => (await events()).toReversed() };
    },
    'events/in order',
    'events/beside snapshots',
  ],
  'a snapshot clears the events': [
    () => {
      const right = createMemoryStore();
      let kept: RunEvent[] = [];
      const store: RunStore = {
        appendEvent: async (event) => void kept.push(event),
        async saveSnapshot(snapshot) {
          kept = [];
          await right.saveSnapshot(snapshot);
        },
        loadSnapshot: () => right.loadSnapshot(),
      };
      return { store, events: () => kept };
    },
    'events/beside snapshots',
  ],
};

describe('the suite', () => {
  it.each(Object.entries(broken))('catches: %s', async (_, [open, ...checks]) => {
    const report = await checkRunStore({ open });
    expect(report.failed.map(({ name }) => name)).toEqual(expect.arrayContaining(checks));
  });

  it('catches stores that lose what they kept when they are closed', async () => {
    const report = await checkRunStore({ open: openMemory, reopen: openMemory });
    expect(report.failed.map(({ name }) => name)).toEqual([
      'reopen/the latest snapshot and its events',
      'reopen/and go on',
    ]);
  });

  it('looks behind closing only where something outlives it', async () => {
    const { passed } = await checkRunStore({ open: openMemory });
    expect(passed.some((name) => name.startsWith('reopen/'))).toBe(false);
  });

  it('closes what it opened, also behind a failure', async () => {
    let opened = 0;
    const open = (): OpenRunStore => {
      opened++;
      return { ...broken['no empty tables'][0](), close: async () => void opened-- };
    };
    await checkRunStore({ open, reopen: open });
    expect(opened).toBe(0);
  });
});
