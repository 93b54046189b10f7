import { spawnSync } from 'node:child_process';
import { createMemoryStore, type TaskHandler } from '@protonorm/protocol';
import { fedProto } from '@protonorm/strategies';
import type { AnyStrategy } from '@protonorm/strategy';
import { createRng, decodeState } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { runFederation } from './round-engine.ts';
import { honest, ofType, runToEnd, sumOptions, sumStrategy, upload } from './sum-run.test-support.ts';
import { instead, keepingStore, toyRun } from './toy-run.test-support.ts';

const silent: TaskHandler = () => new Promise(() => {});

describe('the deadline of a round', () => {
  it('drops who is late, also under fail, and takes his answer no more', async () => {
    const gate = Promise.withResolvers<void>();
    const late: TaskHandler = async (task) => {
      if (task.round === 0) await gate.promise;
      return honest('late', task, 100);
    };
    const options = sumOptions({ a: 1, late }, { deadlineMs: 15, clientErrors: 'fail' });
    const events = [];
    for await (const event of runFederation(options)) {
      events.push(event);
      if (event.type === 'client-failed') gate.resolve();
    }
    expect(ofType(events, 'client-failed')).toEqual([
      {
        type: 'client-failed',
        round: 0,
        clientId: 'late',
        code: 'timeout',
        message: 'late did not answer within 15 ms.',
      },
    ]);
    expect(ofType(events, 'round-finished').map(({ serverMetrics }) => serverMetrics.total)).toEqual([
      1, 102,
    ]);
  });

  it('without any answer ends the run by its quorum', async () => {
    const { error } = await runToEnd(sumOptions({ a: silent, b: silent }, { deadlineMs: 5 }));
    expect(error).toMatchObject({
      code: 'quorum-not-reached',
      message: expect.stringContaining('a (timeout)'),
    });
  });
});

describe('an aborted run', () => {
  it('ends at once with the reason, wherever it is', async () => {
    const places = [
      'run-started',
      'round-started',
      'client-finished',
      'evaluated',
      'round-finished',
    ] as const;
    for (const place of places) {
      const controller = new AbortController();
      const options = sumOptions({ a: 1, b: silent }, { signal: controller.signal, deadlineMs: 50 });
      const reason = new Error(`at ${place}`);
      const run = (async () => {
        for await (const { type } of runFederation(options)) if (type === place) controller.abort(reason);
      })();
      await expect(run).rejects.toBe(reason);
    }
  });

  it('before it began touches nothing', async () => {
    const store = createMemoryStore();
    const signal = AbortSignal.abort(new Error('never mind'));
    expect((await runToEnd(sumOptions({ a: 1 }, { signal, store }))).error).toMatchObject({
      message: 'never mind',
    });
    expect(store.events).toEqual([]);
  });

  it('leaves a complete last snapshot, from which it goes on to the same bits', async () => {
    const strategy = fedProto as AnyStrategy;
    const whole = await toyRun(strategy, { rounds: 4 });
    for (const [round, clientId] of [
      [1, 'c'],
      [2, 'a'],
      [3, 'e'],
    ] as const) {
      const store = createMemoryStore();
      const controller = new AbortController();
      const broken = toyRun(strategy, {
        rounds: 4,
        store,
        signal: controller.signal,
        between: instead((id, task) => {
          if (id === clientId && task.round === round) controller.abort(new Error('power cut'));
          return undefined;
        }),
      });
      await expect(broken).rejects.toThrow('power cut');
      expect((await store.loadSnapshot())!.round).toBe(round);
      const resumed = await toyRun(strategy, { rounds: 4, store });
      expect(resumed.history).toEqual(whole.history);
      expect(resumed.states).toEqual(whole.states);
    }
  });

  it('by a listener that leaves, or throws, asks the clients to stop', async () => {
    for (const leave of ['break', 'throw']) {
      let stopped = 0;
      const watching: TaskHandler = (_, { signal }) => {
        signal.addEventListener('abort', () => stopped++);
        return new Promise(() => {});
      };
      const run = (async () => {
        for await (const { type } of runFederation(sumOptions({ a: 1, b: watching, c: watching }))) {
          if (type === 'client-finished' && leave === 'break') break;
          if (type === 'client-finished') throw new Error('thrown');
        }
      })();
      const outcome = await run.catch((error: unknown) => error);
      expect(outcome).toEqual(leave === 'break' ? undefined : new Error('thrown'));
      expect(stopped).toBe(2);
    }
  });

  it('by a store that fails tells its error, and asks the clients to stop', async () => {
    let stopped = 0;
    const watching: TaskHandler = (_, { signal }) => {
      signal.addEventListener('abort', () => stopped++);
      return new Promise(() => {});
    };
    const store = {
      ...createMemoryStore(),
      appendEvent: async ({ type }: { readonly type: string }) => {
        if (type === 'client-finished') throw new Error('disk full');
      },
    };
    const { error } = await runToEnd(sumOptions({ a: 1, b: watching }, { store }));
    expect(error).toMatchObject({ message: 'disk full' });
    expect(stopped).toBe(1);
  });
});

describe('a run that goes on', () => {
  it('behind its last round evaluates once more and ends', async () => {
    const store = keepingStore();
    const first = await runToEnd(sumOptions({ a: 1 }, { store }));
    const again = await runToEnd(sumOptions({ a: 1 }, { store }));
    expect(again.events.map(({ type }) => type)).toEqual([
      'run-resumed',
      'round-started',
      'client-finished',
      'evaluated',
      'run-finished',
    ]);
    expect(again.events.at(-1)).toEqual(first.events.at(-1));
    expect(store.snapshots.length).toBe(2);
  });

  it('may have more rounds than before, as if it had had them from the beginning', async () => {
    const store = createMemoryStore();
    await runToEnd(sumOptions({ a: 1 }, { store, rounds: 2 }));
    const longer = await runToEnd(sumOptions({ a: 1 }, { store, rounds: 5 }));
    const whole = await runToEnd(sumOptions({ a: 1 }, { rounds: 5 }));
    expect(longer.events.at(-1)).toEqual(whole.events.at(-1));
  });

  it('is refused with fewer rounds, another strategy, version, seed, other hyperparameters or prototypes', async () => {
    const store = createMemoryStore();
    await runToEnd(sumOptions({ a: 1 }, { store, rounds: 3 }));
    const before = (await store.loadSnapshot())!;
    const given: AnyStrategy = sumStrategy;
    for (const [changes, says] of [
      [{ rounds: 2 }, '3 rounds behind it already; 2 are asked for'],
      [{ strategy: { ...given, version: 2 } }, 'the strategy "sum@1", not "sum@2"'],
      [{ strategy: { ...given, id: 'other' } }, 'not "other@1"'],
      [{ rng: createRng('other') }, 'the seed ["sums"], not ["other"]'],
      [
        { strategy: { ...given, hyper: { on: { kind: 'flag', default: true, description: 'On.' } } } },
        'the hyper {}, not {"on":true}',
      ],
      [
        { prototypeEncoding: { precision: 'int8' } },
        'the prototypes {"precision":"float32","keep":1}, not {"precision":"int8","keep":1}',
      ],
    ] as const) {
      const { events, error } = await runToEnd(sumOptions({ a: 1 }, { store, rounds: 3, ...changes }));
      expect(error).toMatchObject({ code: 'invalid-run', message: expect.stringContaining(says) });
      expect(events).toEqual([]);
    }
    expect(await store.loadSnapshot()).toEqual(before);
  });

  it('with prototypes as they are has the snapshot of a run from before there was a choice', async () => {
    const store = createMemoryStore();
    const prototypeEncoding = { precision: 'float32', keep: 1 } as const;
    await runToEnd(sumOptions({ a: 1 }, { store, rounds: 2, prototypeEncoding }));
    const { engine } = (await store.loadSnapshot())!;
    const { identity } = decodeState(engine) as { readonly identity: object };
    expect(identity).toEqual({ strategy: 'sum@1', hyper: {}, seed: ['sums'] });
    const longer = await runToEnd(sumOptions({ a: 1 }, { store, rounds: 3 }));
    expect(longer.events.at(-1)?.type).toBe('run-finished');
  });

  it('is refused when its snapshot is damaged', async () => {
    const store = createMemoryStore();
    await runToEnd(sumOptions({ a: 1 }, { store }));
    const good = (await store.loadSnapshot())!;
    for (const damaged of [
      { ...good, engine: good.engine.slice(0, -1) },
      { ...good, engine: new Uint8Array(0) },
      { ...good, engine: upload(1) },
      { ...good, round: 1 },
    ]) {
      await store.saveSnapshot(damaged);
      const { error } = await runToEnd(sumOptions({ a: 1 }, { store }));
      expect(error).toMatchObject({
        code: 'snapshot-corrupt',
        message: expect.stringContaining('Remove it to go on from the one before, or begin the run anew.'),
      });
    }
  });
});

describe('a finished run', () => {
  it('lets the process end at once, without warnings, however many clients it had', () => {
    const code = `
      import { runFederation } from '@protonorm/fl-server';
      import { createMemoryStore, createMemoryTransport } from '@protonorm/protocol';
      import { local } from '@protonorm/strategies';
      import { createRng } from '@protonorm/tensor';
      const ids = Array.from({ length: 500 }, (_, i) => 'client-' + i);
      const answer = (id) => async ({ round }) => ({ clientId: id, round, up: null, metrics: {} });
      const run = runFederation({
        strategy: local, federation: { classes: 2, features: 3, rounds: 3, clients: 500 }, rng: createRng(1),
        transport: createMemoryTransport(new Map(ids.map((id) => [id, answer(id)]))), store: createMemoryStore(),
        createLearner: () => Promise.reject(new Error('no learner')), signal: new AbortController().signal,
      });
      let events = 0;
      for await (const _ of run) events++;
      console.log(events);
    `;
    const args = ['--conditions=@protonorm/source', '--input-type=module', '--eval', code];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      timeout: 30_000, // the deadline of the rounds is an hour
    });
    expect([stderr, stdout.trim(), status]).toEqual(['', String(1 + 4 * 502 + 3 + 1), 0]);
  });
});
