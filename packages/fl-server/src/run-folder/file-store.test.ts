import { mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvent, RunSnapshot } from '@protonorm/protocol';
import { decodeTables } from '@protonorm/protocol/store-kit';
import { testRunStore } from '@protonorm/protocol/testkit';
import { fedProto } from '@protonorm/strategies';
import type { AnyStrategy } from '@protonorm/strategy';
import { describe, expect, it } from 'vitest';
import { toyRun } from '../engine/toy-run.test-support.ts';
import { openFileStore } from './file-store.ts';
import { contentOf, temporaryFolder } from './temporary-folder.test-support.ts';

const now = (): number => Date.UTC(2025, 0, 1);

function snapshotOf(round: number, clients: readonly string[] = ['client-0', 'client-1']): RunSnapshot {
  const vectors = Float32Array.of(round, -round);
  return {
    round,
    engine: Uint8Array.of(round, 1, 2, 3),
    clients: new Map(clients.map((id, i) => [id, Uint8Array.of(round, i, 7)])),
    prototypes: { means: { dim: 2, classes: Int32Array.of(0), counts: Float64Array.of(1), vectors } },
  };
}

const started: RunEvent = { type: 'run-started', strategy: 's@1', rounds: 9, clients: [] };
const begun = (round: number): RunEvent => ({ type: 'round-started', round, selected: [] });

async function eventsIn(
  folder: string,
): Promise<readonly { readonly type: string; readonly round?: number }[]> {
  const text = await readFile(join(folder, 'events.jsonl'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { type: string; round?: number });
}

/** A run folder in which rounds 1 to n were saved, each with an event before. */
async function savedRun(folder: string, rounds: number, keep = 2): Promise<void> {
  await using store = await openFileStore(folder, { now, keep });
  await store.appendEvent(started);
  for (let round = 0; round < rounds; round++) {
    await store.appendEvent(begun(round));
    await store.saveSnapshot(snapshotOf(round + 1));
  }
}

testRunStore({
  async open() {
    const folder = await temporaryFolder();
    return openIn(folder);
  },
  reopen: ({ folder }) => openIn(folder),
  runner: { describe, it },
});

async function openIn(folder: Awaited<ReturnType<typeof temporaryFolder>>) {
  const store = await openFileStore(folder.path, { now });
  return {
    folder,
    store,
    events: () => eventsIn(folder.path),
    close: async () => {
      await store[Symbol.asyncDispose]();
    },
  };
}

describe('a run folder', () => {
  it('has the files that are documented, and no others', async () => {
    await using folder = await temporaryFolder();
    await savedRun(folder.path, 4);
    expect(Object.keys(await contentOf(folder.path))).toEqual([
      'events.jsonl',
      'round-0001/prototypes.safetensors',
      'round-0002/prototypes.safetensors',
      ...[3, 4].flatMap((round) =>
        ['clients/client-0', 'clients/client-1', 'engine', 'prototypes']
          .map((name) => `round-000${round}/${name}.safetensors`)
          .concat(`round-000${round}/snapshot.json`),
      ),
    ]);
    expect((await readdir(folder.path)).sort()).toEqual([
      'events.jsonl',
      ...[1, 2, 3, 4].map((round) => `round-000${round}`),
    ]);
  });

  it('keeps the prototypes of all rounds, and as many snapshots as it is told', async () => {
    for (const keep of [1, 3]) {
      await using folder = await temporaryFolder();
      await savedRun(folder.path, 6, keep);
      const whole: number[] = [];
      for (let round = 1; round <= 6; round++) {
        const path = join(folder.path, `round-000${round}`);
        const bytes = await readFile(join(path, 'prototypes.safetensors'));
        expect(decodeTables(new Uint8Array(bytes))).toEqual(snapshotOf(round).prototypes);
        if ((await readdir(path)).includes('engine.safetensors')) whole.push(round);
      }
      expect(whole).toEqual([1, 2, 3, 4, 5, 6].slice(-keep));
    }
  });

  it('has events with the time of the given clock, without tables and histories', async () => {
    await using folder = await temporaryFolder();
    await using store = await openFileStore(folder.path, { now });
    const { prototypes } = snapshotOf(1);
    const record = { round: 0, selected: [], contributed: [], failed: {}, bytesDown: 0, bytesUp: 0 };
    await store.appendEvent({
      type: 'round-finished',
      ...record,
      metrics: {},
      serverMetrics: {},
      prototypes,
    });
    await store.appendEvent({ type: 'run-finished', history: { evaluations: [], rounds: [] } });
    expect(await eventsIn(folder.path)).toMatchObject([
      { at: '2025-01-01T00:00:00.000Z', type: 'round-finished', prototypes: ['means'] },
      { at: '2025-01-01T00:00:00.000Z', type: 'run-finished' },
    ]);
  });

  it('resumes a federation to the same bits and the same files', async () => {
    await using whole = await temporaryFolder();
    await using broken = await temporaryFolder();
    const strategy: AnyStrategy = fedProto;
    const run = async (folder: string, signal?: AbortSignal, onEvent?: (event: RunEvent) => void) => {
      await using store = await openFileStore(folder, { now });
      return await toyRun(strategy, {
        rounds: 4,
        store,
        ...(signal && { signal }),
        ...(onEvent && { onEvent }),
      });
    };
    const { history, states } = await run(whole.path);
    const controller = new AbortController();
    const aborted = run(broken.path, controller.signal, ({ type, ...event }) => {
      if (type === 'client-finished' && 'round' in event && event.round === 2)
        controller.abort(new Error('cut'));
    });
    await expect(aborted).rejects.toThrow('cut');
    const resumed = await run(broken.path);
    expect(resumed.history).toEqual(history);
    expect(resumed.states).toEqual(states);
    const [a, b] = [await contentOf(whole.path), await contentOf(broken.path)];
    expect({ ...b, 'events.jsonl': '' }).toEqual({ ...a, 'events.jsonl': '' });
    const resumedEvents = await eventsIn(broken.path);
    expect(resumedEvents.filter(({ type }) => type !== 'run-resumed')).toEqual(await eventsIn(whole.path));
  });
});

describe('what a killed process left', () => {
  it('half a snapshot beside is removed', async () => {
    await using folder = await temporaryFolder();
    await savedRun(folder.path, 2);
    const before = await contentOf(folder.path);
    await mkdir(join(folder.path, '.round-0003.new/clients'), { recursive: true });
    await writeFile(join(folder.path, '.round-0003.new/engine.safetensors'), 'half');
    await using store = await openFileStore(folder.path, { now });
    expect(await store.loadSnapshot()).toEqual(snapshotOf(2));
    const { lock: _, ...content } = await contentOf(folder.path);
    expect(content).toEqual(before);
  });

  it('a snapshot set aside comes back, unless the new one is there', async () => {
    await using folder = await temporaryFolder();
    await savedRun(folder.path, 2);
    const at = (name: string): string => join(folder.path, name);
    await rename(at('round-0002'), at('.round-0002.old'));
    await mkdir(at('.round-0002.new'));
    {
      await using store = await openFileStore(folder.path, { now });
      expect(await store.loadSnapshot()).toEqual(snapshotOf(2));
    }
    await mkdir(at('.round-0002.old'));
    await writeFile(at('.round-0002.old/snapshot.json'), 'older');
    await using store = await openFileStore(folder.path, { now });
    expect(await store.loadSnapshot()).toEqual(snapshotOf(2));
    expect((await readdir(folder.path)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('half a removal of an old snapshot is ended', async () => {
    await using folder = await temporaryFolder();
    await savedRun(folder.path, 3);
    await rm(join(folder.path, 'round-0002/snapshot.json'));
    await using store = await openFileStore(folder.path, { now });
    expect(await readdir(join(folder.path, 'round-0002'))).toEqual(['prototypes.safetensors']);
    expect(await store.loadSnapshot()).toEqual(snapshotOf(3));
  });

  it('events of rounds that happen again are dropped, and half a line', async () => {
    await using folder = await temporaryFolder();
    await savedRun(folder.path, 2);
    const path = join(folder.path, 'events.jsonl');
    const covered = await readFile(path, 'utf8');
    const behind = [begun(2), { type: 'run-finished' }].map((event) => `${JSON.stringify(event)}\n`).join('');
    await writeFile(path, `${covered}${behind}{"type":"round-sta`);
    await using store = await openFileStore(folder.path, { now });
    expect(await store.loadSnapshot()).toEqual(snapshotOf(2));
    expect(await readFile(path, 'utf8')).toContain('round-sta'); // loading alone changes nothing
    await store.appendEvent({ type: 'run-resumed', strategy: 's@1', round: 2 });
    const types = (await eventsIn(folder.path)).map(({ type, round }) => `${type} ${round}`);
    expect(types).toEqual(['run-started undefined', 'round-started 0', 'round-started 1', 'run-resumed 2']);
  });

  it('without any snapshot the run begins anew, and so do its events', async () => {
    await using folder = await temporaryFolder();
    {
      await using store = await openFileStore(folder.path, { now });
      await store.appendEvent(started);
      await store.appendEvent(begun(0));
    }
    await using store = await openFileStore(folder.path, { now });
    expect(await store.loadSnapshot()).toBeUndefined();
    await store.appendEvent(started);
    expect((await eventsIn(folder.path)).map(({ type }) => type)).toEqual(['run-started']);
  });
});

describe('a damaged snapshot', () => {
  const cut = (path: string): Promise<void> => truncate(path, 2);
  const flip = async (path: string): Promise<void> => {
    const bytes = await readFile(path);
    bytes[bytes.length - 1] ^= 1;
    await writeFile(path, bytes);
  };
  const json =
    (change: (index: Record<string, unknown>) => unknown) =>
    async (path: string): Promise<void> =>
      writeFile(
        path,
        JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>)),
      );

  it.each<[string, string, (path: string) => Promise<void>, string]>([
    ['a short engine', 'engine.safetensors', cut, 'engine.safetensors has 2 bytes instead of 4'],
    ['a wrong bit', 'engine.safetensors', flip, 'engine.safetensors is not what was written (SHA-256)'],
    ['a missing engine', 'engine.safetensors', rm, 'ENOENT'],
    ['a short client', 'clients/client-1.safetensors', cut, 'client-1.safetensors has 2 bytes instead of 3'],
    ['a missing client', 'clients/client-0.safetensors', rm, 'client-0.safetensors'],
    ['a wrong bit of a client', 'clients/client-0.safetensors', flip, 'client-0.safetensors is not what'],
    ['short prototypes', 'prototypes.safetensors', cut, 'prototypes.safetensors has 2 bytes'],
    ['a short index', 'snapshot.json', cut, 'JSON'],
    ['an index of nothing', 'snapshot.json', json(() => null), 'null'],
    ['another format', 'snapshot.json', json((index) => ({ ...index, format: 'v9' })), "format 'v9'"],
    ['another round', 'snapshot.json', json((index) => ({ ...index, round: 9 })), 'is of round 9'],
    ['no engine in it', 'snapshot.json', json((index) => ({ ...index, files: [] })), 'does not name engine'],
  ])('%s is told with its path and the way out, and nothing is changed', async (_, file, damage, says) => {
    await using folder = await temporaryFolder();
    await savedRun(folder.path, 3);
    await damage(join(folder.path, 'round-0003', file));
    const before = await contentOf(folder.path);
    {
      await using store = await openFileStore(folder.path, { now });
      const failure: unknown = await store.loadSnapshot().catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'snapshot-corrupt' });
      const { message } = failure as Error;
      expect(message).toContain(join(folder.path, 'round-0003'));
      expect(message).toContain(says);
      expect(message).toContain('Remove this folder to go on from round 2.');
    }
    expect(await contentOf(folder.path)).toEqual(before);

    await rm(join(folder.path, 'round-0003'), { recursive: true });
    await using store = await openFileStore(folder.path, { now });
    expect(await store.loadSnapshot()).toEqual(snapshotOf(2));
  });

  it('without one before it says to begin anew', async () => {
    await using folder = await temporaryFolder();
    await savedRun(folder.path, 1);
    await cut(join(folder.path, 'round-0001/engine.safetensors'));
    await using store = await openFileStore(folder.path, { now });
    await expect(store.loadSnapshot()).rejects.toMatchObject({
      code: 'snapshot-corrupt',
      message: expect.stringContaining('begin the run anew'),
    });
  });
});

describe('a folder is refused', () => {
  it('when it is a file, or below one', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'file');
    await writeFile(file, 'text');
    for (const path of [file, join(file, 'run')]) {
      await expect(openFileStore(path, { now })).rejects.toMatchObject({
        code: 'invalid-run',
        message: expect.stringContaining(path),
      });
    }
    expect(await readFile(file, 'utf8')).toBe('text');
  });

  it('with settings out of range, untouched', async () => {
    await using folder = await temporaryFolder();
    for (const keep of [0, 1.5, NaN]) {
      await expect(openFileStore(join(folder.path, 'new'), { now, keep })).rejects.toMatchObject({
        code: 'invalid-argument',
      });
    }
    expect(await readdir(folder.path)).toEqual([]);
  });
});
