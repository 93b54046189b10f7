import { createMemoryStore } from '@protonorm/protocol';
import type { AnyStrategy, StrategyWarning } from '@protonorm/strategy';
import { describe, expect, it } from 'vitest';
import { ofType, runToEnd, sumOptions, sumStrategy } from './sum-run.test-support.ts';

const overlap = { code: 'prototype-overlap', message: 'Two targets are close: raise the passes.' };

/** The sum, with what it warns of in each round. */
function warning(of: (round: number) => unknown): AnyStrategy {
  const strategy = sumStrategy as AnyStrategy;
  return {
    ...strategy,
    server: {
      ...strategy.server,
      async finish(context) {
        const step = await strategy.server.finish(context);
        const warnings = of(context.round) as readonly StrategyWarning[];
        return { ...step, report: { ...step.report, warnings } };
      },
    },
  };
}

describe('the warnings of a strategy', () => {
  it('stand in the record of their round, in its event, and nowhere else', async () => {
    const strategy = warning((round) => (round === 1 ? [overlap] : []));
    const { events, error } = await runToEnd(sumOptions({ a: 1 }, { strategy, rounds: 3 }));
    expect(error).toBeUndefined();
    const finished = ofType(events, 'round-finished');
    const { history } = ofType(events, 'run-finished')[0];
    for (const records of [finished, history.rounds]) {
      expect(records.map((record) => record.warnings)).toEqual([undefined, [overlap], undefined]);
      expect(records.map((record) => 'warnings' in record)).toEqual([false, true, false]); // absent, not empty
    }
  });

  it('are of two words only: what else an author puts there is not recorded', async () => {
    const strategy = warning(() => [{ ...overlap, table: new Float32Array(9) }]);
    const { events } = await runToEnd(sumOptions({ a: 1 }, { strategy, rounds: 1 }));
    expect(ofType(events, 'round-finished')[0].warnings).toEqual([overlap]);
  });

  it('are kept by a run that is stopped and goes on', async () => {
    const strategy = warning((round) => (round < 2 ? [{ ...overlap, message: `In ${round}.` }] : []));
    const whole = await runToEnd(sumOptions({ a: 1 }, { strategy, rounds: 4 }));
    const store = createMemoryStore();
    const controller = new AbortController();
    const stopping = {
      ...store,
      saveSnapshot: async (snapshot: Parameters<typeof store.saveSnapshot>[0]) => {
        await store.saveSnapshot(snapshot);
        if (snapshot.round === 1) controller.abort(new Error('power cut'));
      },
    };
    const options = { strategy, rounds: 4, signal: controller.signal, store: stopping };
    expect((await runToEnd(sumOptions({ a: 1 }, options))).error).toMatchObject({ message: 'power cut' });
    const resumed = await runToEnd(sumOptions({ a: 1 }, { strategy, rounds: 4, store }));
    expect(ofType(resumed.events, 'run-resumed')).toMatchObject([{ round: 1 }]);
    expect(resumed.events.at(-1)).toEqual(whole.events.at(-1));
    const { history } = ofType(resumed.events, 'run-finished')[0];
    expect(history.rounds.map(({ warnings }) => warnings?.[0].message)).toEqual([
      'In 0.',
      'In 1.',
      undefined,
      undefined,
    ]);
  });

  it.each([
    [{ ...overlap, code: 'Prototype overlap' }, 'has the code "Prototype overlap"'],
    [{ ...overlap, code: 'prototype_overlap' }, 'has the code "prototype_overlap"'],
    [{ ...overlap, code: '-overlap' }, 'has the code "-overlap"'],
    [{ ...overlap, code: '' }, 'has the code ""'],
    [{ message: 'Nameless.' }, 'has the code undefined'],
    [{ ...overlap, message: '' }, "'prototype-overlap' of the server's step has no message"],
    [{ ...overlap, message: ' \n' }, 'has no message'],
    [{ code: 'overlap' }, 'has no message'],
    [null, 'has the code undefined'],
  ])('that are malformed are a fault of the strategy: %j', async (malformed, says) => {
    const strategy = warning(() => [overlap, malformed]);
    const { events, error } = await runToEnd(sumOptions({ a: 1 }, { strategy }));
    expect(error).toMatchObject({ code: 'invalid-strategy', message: expect.stringContaining(says) });
    expect(ofType(events, 'round-finished')).toEqual([]);
  });
});
