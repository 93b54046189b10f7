import { linear } from '@protonorm/models';
import { strategyById } from '@protonorm/strategies';
import type { AnyStrategy } from '@protonorm/strategy';
import { encodeState, ProtoNormError } from '@protonorm/tensor';
import { createOracleBackend } from '@protonorm/tensor/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { simulate } from './simulate.ts';
import {
  digits,
  inProcess,
  keepingStore,
  models,
  run,
  tinyClients,
  tinySimulation,
} from './tiny-simulation.test-support.ts';

const backend = createOracleBackend();
afterAll(() => backend[Symbol.dispose]());

describe('a simulated federation', () => {
  it('trains different models and keeps a state for each client', async () => {
    const hyper = { lambda: 0.1 };
    const settings = tinySimulation({ executor: inProcess(backend), rounds: 6, hyper });
    const { history, events, last } = await run(settings);
    expect(events[0]).toMatchObject({
      type: 'run-started',
      strategy: 'fedproto@1',
      clients: ['client-0', 'client-1', 'client-2'],
    });
    expect(history.rounds.map(({ contributed }) => contributed.length)).toEqual([3, 3, 3, 3, 3, 3]);
    const losses = history.rounds.map(({ metrics }) => metrics.loss);
    expect(losses.at(-1)!).toBeLessThan(losses[0]);
    expect(last!.clients.size).toBe(3);
    expect(last!.prototypes.prototypes.dim).toBe(16);
  });

  it('is the same for the same seed, and another for another', async () => {
    const of = (seed: number) => run(tinySimulation({ executor: inProcess(backend), seed, rounds: 2 }));
    const [a, b, c] = [await of(1), await of(1), await of(2)];
    expect(b.last).toEqual(a.last);
    expect(b.history).toEqual(a.history);
    expect(c.last!.clients).not.toEqual(a.last!.clients);
  });

  it('goes on behind any round to the same bits, buffers and strategy states included', async () => {
    const strategy: AnyStrategy = strategyById('protonorm');
    const settings = {
      strategy,
      executor: inProcess(backend, strategy),
      clients: tinyClients([models.resnet, models.linear], { train: 4 }),
      rounds: 3,
    };
    const whole = keepingStore();
    const { history, last } = await run(tinySimulation({ ...settings, store: whole }));
    for (const snapshot of whole.snapshots) {
      const store = keepingStore();
      await store.saveSnapshot(snapshot);
      const resumed = await run(tinySimulation({ ...settings, store }));
      expect(resumed.history).toEqual(history);
      expect(resumed.last).toEqual(last);
    }
  });

  it('averages a common model', async () => {
    const strategy: AnyStrategy = strategyById('fedavg');
    const settings = tinySimulation({
      strategy,
      executor: inProcess(backend, strategy),
      clients: tinyClients([models.mlp, models.mlp, models.mlp]),
    });
    const { history } = await run(settings);
    expect(history.rounds[0].bytesDown).toBeGreaterThan(3 * 4 * 8490);
    expect(history.rounds.at(-1)!.contributed.length).toBe(3);
    const clients = tinyClients([models.mlp, models.linear]);
    const different = run({ ...settings, clients, store: keepingStore() });
    await expect(different).rejects.toMatchObject({ code: 'invalid-strategy' });
  });

  it('takes clients without data, and with classes that others lack', async () => {
    const [a, b, c, d] = tinyClients([models.linear, models.linear, models.mlp, models.linear]);
    const nothing = new Int32Array(0);
    const only = (label: number): Int32Array =>
      Int32Array.from(digits.labels.keys())
        .filter((i) => digits.labels[i] === label)
        .slice(0, 12);
    const { history, last } = await run(
      tinySimulation({
        executor: inProcess(backend),
        clients: [
          { ...a, train: nothing },
          { ...b, test: nothing },
          { ...c, train: only(3) },
          { ...d, train: nothing, test: nothing },
        ],
      }),
    );
    expect(history.rounds[0].contributed).toEqual(['client-1', 'client-2']);
    expect(Object.keys(history.evaluations[0].perClient)).toEqual(['client-0', 'client-2']);
    expect(last!.prototypes.prototypes.classes).toContain(3);
  });

  it('lets a part of the clients train', async () => {
    const clients = tinyClients([models.linear, models.linear, models.linear, models.linear]);
    const executor = inProcess(backend);
    const { history } = await run(tinySimulation({ executor, clients, participation: 0.5, rounds: 4 }));
    expect(history.rounds.map(({ selected }) => selected.length)).toEqual([2, 2, 2, 2]);
    expect(Object.keys(history.evaluations[0].perClient).length).toBe(4);
  });

  it('has drop-outs that the seed decides', async () => {
    const clients = tinyClients([models.linear, models.linear, models.linear, models.linear]);
    const settings = { executor: inProcess(backend), clients, dropOutRate: 0.5, rounds: 8 };
    const { history, events } = await run(tinySimulation(settings));
    const away = history.rounds.map(({ failed }) => Object.keys(failed));
    expect(away.flat().length).toBeGreaterThan(4);
    expect(away.flat().length).toBeLessThan(28);
    for (const { failed, contributed, reached } of history.rounds) {
      expect(Object.values(failed).every((code) => code === 'client-failed')).toBe(true);
      expect(contributed.length + Object.keys(failed).length).toBe(4);
      expect(reached).toBe(contributed.length);
    }
    expect(Object.keys(history.evaluations.at(-1)!.perClient).length).toBe(4); // nobody trains: nobody is away
    expect((await run(tinySimulation(settings))).events).toEqual(events);
  });

  it('knows the parts that all models share', async () => {
    const seen: unknown[] = [];
    const executor = (setup: Parameters<ReturnType<typeof inProcess>>[0]) => {
      seen.push(setup.federation);
      return inProcess(backend)(setup);
    };
    const helperModel = linear(digits.shape, { features: 4, classes: 10 });
    const clients = tinyClients([models.mlp, models.linear]);
    await run(tinySimulation({ executor, clients, rounds: 0, helperModel }));
    expect(seen[0]).toMatchObject({
      classes: 10,
      features: 16,
      rounds: 0,
      clients: 2,
      commonHead: { layers: models.mlp.head },
      helperModel: { spec: helperModel },
    });
    expect(seen[0]).not.toHaveProperty('commonModel');
    const { commonHead } = seen[0] as { commonHead: { parameters: Float32Array } };
    expect(commonHead.parameters.length).toBe(170);
  });

  it('uses no more of its backend as the rounds go by', async () => {
    const before = backend.memory().buffers;
    const buffers: number[] = [];
    const settings = tinySimulation({ executor: inProcess(backend), rounds: 6 });
    for await (const { type } of simulate(settings)) {
      if (type === 'round-finished') buffers.push(backend.memory().buffers);
    }
    expect(new Set(buffers).size).toBe(1);
    expect(backend.memory().buffers).toBe(before);
  });
});

describe('a simulation is refused', () => {
  const executor = inProcess(backend);
  const [first, second] = tinyClients([models.linear, models.mlp]);

  it.each<[string, Partial<Parameters<typeof tinySimulation>[0]>, string, string]>([
    ['no clients', { clients: [] }, 'invalid-argument', 'at least one client'],
    [
      'two of one id',
      { clients: [first, { ...second, id: first.id }] },
      'invalid-argument',
      "two clients 'client-0'",
    ],
    [
      'a model of another input',
      { clients: [{ ...first, model: linear([28, 28, 1], { features: 16, classes: 10 }) }] },
      'invalid-model',
      "'linear' of client-0 takes [28, 28, 1] and 10 classes; the data set 'digits' has [8, 8, 1] and 10",
    ],
    [
      'a model of other classes',
      { clients: [{ ...first, model: linear(digits.shape, { features: 16, classes: 9 }) }] },
      'invalid-model',
      'and 9 classes',
    ],
    [
      'models of other features',
      { clients: [first, { ...second, model: linear(digits.shape, { features: 8, classes: 10 }) }] },
      'invalid-model',
      "'linear' of client-0 and 'linear' of client-1 have 16 and 8 features",
    ],
    [
      'a helper that does not fit',
      { helperModel: linear([3], { features: 16, classes: 10 }) },
      'invalid-model',
      'of the helper takes [3]',
    ],
    ['drop-outs without end', { dropOutRate: 1 }, 'invalid-argument', 'must be in [0, 1), received 1'],
    ['rounds that are no number', { rounds: NaN }, 'invalid-argument', 'rounds'],
    [
      'drop-outs where all are needed',
      {
        strategy: {
          ...strategyById('fedproto'),
          capabilities: { needsAllClients: true, headsMayDiffer: true },
        },
        dropOutRate: 0.1,
      },
      'invalid-strategy',
      'with drop-outs some are away',
    ],
    [
      'samples that do not exist',
      { clients: [{ ...first, train: Int32Array.of(1797) }] },
      'invalid-argument',
      'Index 1797',
    ],
  ])('for %s', async (_, changes, code, message) => {
    await expect(run(tinySimulation({ executor, ...changes }))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  it('for a snapshot of other clients or models, which stays', async () => {
    const store = keepingStore();
    const settings = { executor, clients: [first, second], rounds: 1, store };
    await run(tinySimulation(settings));
    const before = await store.loadSnapshot();
    for (const clients of [
      [first],
      [first, { ...second, id: 'other' }],
      [first, { ...second, model: first.model }],
    ]) {
      const resumed = run(tinySimulation({ ...settings, clients, rounds: 2 }));
      await expect(resumed).rejects.toMatchObject({ code: 'snapshot-corrupt' });
    }
    for (const bytes of [
      encodeState(null),
      encodeState({ parameters: 'text', buffers: 3 }),
      Uint8Array.of(1),
    ]) {
      const damaged = keepingStore();
      await damaged.saveSnapshot({ ...before!, clients: new Map([...before!.clients, [first.id, bytes]]) });
      const resumed = run(tinySimulation({ ...settings, store: damaged, rounds: 2 }));
      await expect(resumed).rejects.toMatchObject({
        code: 'snapshot-corrupt',
        message: expect.stringContaining("'client-0'"),
      });
    }
    expect(await store.loadSnapshot()).toEqual(before);
  });

  it('by a client that fails: with its error, behind a complete snapshot', async () => {
    const given = strategyById('fedproto');
    const strategy: AnyStrategy = {
      ...given,
      client: {
        ...given.client,
        round(context) {
          if (context.round === 2) throw new ProtoNormError('diverged', 'The loss is NaN.');
          return given.client.round(context);
        },
      },
    };
    const store = keepingStore();
    await expect(
      run(tinySimulation({ strategy, executor: inProcess(backend, strategy), store })),
    ).rejects.toMatchObject({ code: 'diverged' });
    expect((await store.loadSnapshot())!.round).toBe(2);
  });
});
