import { createMemoryStore, type RunEvent, type TaskHandler } from '@protonorm/protocol';
import { fedAvg } from '@protonorm/strategies';
import type { AnyStrategy } from '@protonorm/strategy';
import { describe, expect, it } from 'vitest';
import { runFederation } from './round-engine.ts';
import { honest, ofType, runToEnd, sumOptions, sumStrategy, upload } from './sum-run.test-support.ts';
import { keepingStore } from './toy-run.test-support.ts';

const changed = (changes: Partial<AnyStrategy>): AnyStrategy => ({
  ...(sumStrategy as AnyStrategy),
  ...changes,
});
const types = (events: readonly RunEvent[]) => events.map(({ type }) => type);

describe('a run', () => {
  it('tells each round: started, clients, evaluated, finished; and evaluates once more', async () => {
    const options = sumOptions({ b: 2, a: 1 });
    const { events, error } = await runToEnd(options);
    expect(error).toBeUndefined();
    const round = ['round-started', 'client-finished', 'client-finished', 'evaluated'];
    const whole = [...round, 'round-finished'];
    expect(types(events)).toEqual(['run-started', ...whole, ...whole, ...round, 'run-finished']);
    expect(events[0]).toEqual({ type: 'run-started', strategy: 'sum@1', rounds: 2, clients: ['a', 'b'] });
    expect(ofType(events, 'round-started')).toEqual([
      { type: 'round-started', round: 0, selected: ['a', 'b'] },
      { type: 'round-started', round: 1, selected: ['a', 'b'] },
      { type: 'round-started', round: 2, selected: [] },
    ]);
    expect(ofType(events, 'client-finished').map(({ trained }) => trained)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(ofType(events, 'round-finished')[1]).toEqual({
      type: 'round-finished',
      round: 1,
      selected: ['a', 'b'],
      contributed: ['a', 'b'],
      failed: {},
      reached: 2,
      bytesDown: 2 * 20,
      bytesUp: 2 * upload(1).length,
      metrics: { loss: 1.5 },
      serverMetrics: { total: 6 },
      prototypes: {},
    });
    const counts = { samples: 4, correct: 3, correctByLogits: 2 };
    const evaluation = {
      round: 2,
      accuracy: 0.75,
      accuracyByLogits: 0.5,
      perClient: { a: counts, b: counts },
    };
    expect(ofType(events, 'evaluated')[2]).toEqual({ type: 'evaluated', ...evaluation });
    const { history } = ofType(events, 'run-finished')[0];
    expect(history.evaluations.map(({ round: r }) => r)).toEqual([0, 1, 2]);
    expect(history.evaluations[2]).toEqual(evaluation);
    expect(history.rounds.map(({ serverMetrics }) => serverMetrics.total)).toEqual([3, 6]);
  });

  it('returns its history', async () => {
    const run = runFederation(sumOptions({ a: 1 }, { rounds: 1 }));
    let next = await run.next();
    let last: RunEvent | undefined;
    while (!next.done) {
      last = next.value;
      next = await run.next();
    }
    expect(last).toEqual({ type: 'run-finished', history: next.value });
  });

  it('gives the store the events of a round before its snapshot, and both before it tells of them', async () => {
    const lines: string[] = [];
    const store = createMemoryStore();
    const options = sumOptions(
      { a: 1 },
      {
        rounds: 1,
        store: {
          ...store,
          appendEvent: async ({ type }) => void lines.push(`event ${type}`),
          saveSnapshot: async ({ round }) => void lines.push(`snapshot ${round}`),
        },
      },
    );
    for await (const { type } of runFederation(options)) lines.push(`told ${type}`);
    expect(lines.slice(lines.indexOf('event round-finished'), -6)).toEqual([
      'event round-finished',
      'snapshot 1',
      'told round-finished',
      'event round-started',
      'told round-started',
    ]);
    expect(lines.slice(-2)).toEqual(['event run-finished', 'told run-finished']);
  });

  it('asks those who are there in each round: late comers and leavers', async () => {
    const present = [['a'], ['a', 'b'], ['b'], ['b']];
    const options = sumOptions({ a: 1, b: 2 }, { rounds: 3 });
    let asked = 0;
    const transport = {
      ...options.transport,
      clients: () => present[Math.max(0, asked++ - 1)], // first for the event of the beginning
    };
    const { events } = await runToEnd({ ...options, transport });
    expect(ofType(events, 'round-finished').map(({ contributed }) => contributed)).toEqual(
      present.slice(0, 3),
    );
  });

  it('selects a part of the clients for training and evaluates all', async () => {
    const clients = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`c${i}`, 1]));
    const { events } = await runToEnd(sumOptions(clients, { rounds: 3, participation: 0.3 }));
    const records = ofType(events, 'round-finished');
    for (const { selected, contributed, reached } of records) {
      expect(contributed).toEqual(selected);
      expect([selected.length, reached]).toEqual([3, 10]);
    }
    expect(new Set(records.map(({ selected }) => selected.join())).size).toBeGreaterThan(1);
    for (const { perClient } of ofType(events, 'evaluated')) expect(Object.keys(perClient).length).toBe(10);
  });

  it('of no rounds evaluates and ends', async () => {
    const { events } = await runToEnd(sumOptions({ a: 1 }, { rounds: 0 }));
    expect(types(events)).toEqual([
      'run-started',
      'round-started',
      'client-finished',
      'evaluated',
      'run-finished',
    ]);
  });

  it('has no accuracy where nobody has test samples', async () => {
    const a: TaskHandler = async (task) => honest('a', { ...task, evaluate: false });
    const { events } = await runToEnd(sumOptions({ a }, { rounds: 1 }));
    expect(ofType(events, 'evaluated')[0]).toMatchObject({
      accuracy: null,
      accuracyByLogits: null,
      perClient: {},
    });
  });

  it('keeps server and download when nobody has something to contribute', async () => {
    const a: TaskHandler = async (task) => ({
      ...honest('a', task, 5),
      ...(task.round === 1 && { up: null }),
    });
    const store = keepingStore();
    const { events } = await runToEnd(sumOptions({ a }, { rounds: 3, store }));
    expect(ofType(events, 'round-finished').map((event) => [event.contributed, event.serverMetrics])).toEqual(
      [
        [['a'], { total: 5 }],
        [[], {}],
        [['a'], { total: 10 }],
      ],
    );
    expect(ofType(events, 'round-finished')[2].bytesDown).toBe(20);
  });
});

describe('a run is refused', () => {
  it.each([
    [{ participation: 0 }, 'participation must be in (0, 1], received 0.'],
    [{ participation: 1.01 }, 'participation'],
    [{ participation: NaN }, 'participation'],
    [{ quorum: -1 }, 'quorum must be an integer >= 0'],
    [{ quorum: 0.5 }, 'quorum'],
    [{ deadlineMs: 0 }, 'deadlineMs'],
    [{ deadlineMs: 2 ** 31 }, 'deadlineMs must be in (0, 2147483647], or Infinity'],
    [{ deadlineMs: NaN }, 'deadlineMs'],
    [{ rounds: -1 }, 'federation.rounds'],
    [{ rounds: 1.5 }, 'federation.rounds'],
  ])('with %j', async (settings, message) => {
    const { events, error } = await runToEnd(sumOptions({ a: 1 }, settings));
    expect(events).toEqual([]);
    expect(error).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining(message) });
  });

  it('with unknown hyperparameters', async () => {
    const { error } = await runToEnd(sumOptions({ a: 1 }, { hyper: { lambda: 3 } }));
    expect(error).toMatchObject({ code: 'invalid-hyper' });
  });

  it.each<[string, AnyStrategy, string, { readonly participation?: number }]>([
    ['different models', fedAvg as AnyStrategy, 'fedavg@1 needs one model for all clients', {}],
    ['different heads', changed({ capabilities: {} }), 'sum@1 needs the same head', {}],
    [
      'no helper',
      changed({ capabilities: { headsMayDiffer: true, helperModel: true } }),
      'a helper model',
      {},
    ],
    [
      'a part of the clients',
      changed({ capabilities: { headsMayDiffer: true, needsAllClients: true } }),
      'needs all clients in each round',
      { participation: 0.5 },
    ],
  ])('for %s, when the strategy needs more', async (_, strategy, message, settings) => {
    const { events, error } = await runToEnd(sumOptions({ a: 1, b: 1 }, { strategy, ...settings }));
    expect(events).toEqual([]);
    expect(error).toMatchObject({ code: 'invalid-strategy', message: expect.stringContaining(message) });
  });
});
