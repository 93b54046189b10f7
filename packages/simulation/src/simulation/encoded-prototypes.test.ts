import { strategyById } from '@protonorm/strategies';
import { messageBytes, t, type AnyStrategy, type PrototypeEncoding } from '@protonorm/strategy';
import { decodeState } from '@protonorm/tensor';
import { createOracleBackend } from '@protonorm/tensor/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { simulate } from './simulate.ts';
import {
  builtIn,
  digits,
  inProcess,
  keepingStore,
  models,
  onWorkers,
  oracle,
  run,
  tinyClients,
  tinySimulation,
} from './tiny-simulation.test-support.ts';

const backend = createOracleBackend();
afterAll(() => backend[Symbol.dispose]());

/** With the bytes of the vectors of a table with so many classes; d = 16. */
const encodings: readonly (readonly [PrototypeEncoding, (classes: number) => number])[] = [
  [{ precision: 'float32' }, (n) => 4 * 16 * n],
  [{ precision: 'float16' }, (n) => (2 * 16 + 1) * n],
  [{ precision: 'int8' }, (n) => (16 + 4) * n],
  [{ precision: 'float32', keep: 0.25 }, (n) => (4 * 4 + 2) * n],
  [{ precision: 'float16', keep: 0.25 }, (n) => (2 * 4 + 1 + 2) * n],
  [{ precision: 'int8', keep: 0.25 }, (n) => (4 + 4 + 2) * n],
];

const tiny = (id: string, prototypeEncoding: PrototypeEncoding | undefined, rounds = 5) => {
  const strategy: AnyStrategy = strategyById(id);
  return tinySimulation({
    strategy,
    rounds,
    hyper: id === 'fedproto' ? { lambda: 0.1 } : {},
    clients: tinyClients([models.linear, models.mlp]),
    executor: inProcess(backend, strategy),
    ...(prototypeEncoding && { prototypeEncoding }),
  });
};

describe.each(['fedproto', 'protonorm'])('%s', (id) => {
  it.each(encodings)(
    'with prototypes as %j sends what they cost, and learns',
    async (encoding, vectorBytes) => {
      const { history } = await run(tiny(id, encoding));
      const plain = (await run(tiny(id, undefined))).history;
      const saved = tinyClients([models.linear, models.mlp]).map(({ train }) => {
        const classes = new Set(Array.from(train, (sample) => digits.labels[sample])).size;
        return 4 * 16 * classes - vectorBytes(classes);
      });
      history.rounds.forEach(({ bytesUp }, round) => {
        // The encoding, lengths and alignment are 0 to 32 bytes of an upload.
        const beside = bytesUp - (plain.rounds[round].bytesUp - saved[0] - saved[1]);
        expect(beside).toBeGreaterThanOrEqual(0);
        expect(beside).toBeLessThanOrEqual(2 * 32);
      });
      // The first round has no prototypes to pull to.
      const losses = history.rounds.slice(1).map(({ metrics }) => metrics.loss);
      expect(losses.at(-1)!).toBeLessThan(losses[0]);
    },
  );

  it('downloads what the schema predicts', async () => {
    const prototypes: PrototypeEncoding = { precision: 'int8', keep: 0.5 };
    const store = keepingStore();
    const { history } = await run({ ...tiny(id, prototypes), store });
    store.snapshots.slice(0, -1).forEach(({ engine, prototypes: tables }, round) => {
      const { down } = decodeState(engine) as { readonly down: Uint8Array };
      expect(history.rounds[round + 1].bytesDown).toBe(2 * down.length);
      if (id !== 'fedproto') return;
      const schema = { prototypes: t.prototypes('d') };
      expect(down.length).toBe(messageBytes(schema, { prototypes: tables.prototypes }, { prototypes }));
    });
  });

  it('gives the bits of the plain run when all coordinates travel as float32', async () => {
    const plain = await run(tiny(id, undefined, 2));
    const named = await run(tiny(id, { precision: 'float32', keep: 1 }, 2));
    expect(named.history).toEqual(plain.history);
    expect(named.last).toEqual(plain.last);
  });

  it('goes on behind any round to the same bits, and not in another encoding', async () => {
    const encoding: PrototypeEncoding = { precision: 'float16', keep: 0.5 };
    const whole = keepingStore();
    const { history, last } = await run({ ...tiny(id, encoding, 3), store: whole });
    for (const snapshot of whole.snapshots) {
      const store = keepingStore();
      await store.saveSnapshot(snapshot);
      const resumed = await run({ ...tiny(id, encoding, 3), store });
      expect(resumed.history).toEqual(history);
      expect(resumed.last).toEqual(last);
      for (const other of [
        undefined,
        { ...encoding, keep: 1 },
        { ...encoding, precision: 'int8' } as const,
      ]) {
        await expect(run({ ...tiny(id, other, 3), store })).rejects.toMatchObject({
          code: 'invalid-run',
          message: expect.stringContaining('the prototypes {"precision":"float16","keep":0.5}, not {'),
        });
      }
    }
  });
});

it.each<[PrototypeEncoding]>([[{ precision: 'float16' }], [{ precision: 'int8', keep: 0.25 }]])(
  'workers give the same bits with prototypes as %j',
  async (prototypeEncoding) => {
    const here = await run(tiny('protonorm', prototypeEncoding, 2));
    for (const workers of [1, 2]) {
      const executor = onWorkers(workers, builtIn('protonorm'), oracle);
      const there = await run({ ...tiny('protonorm', prototypeEncoding, 2), executor });
      expect(there.history).toEqual(here.history);
      expect(there.last).toEqual(here.last);
    }
  },
);

it('a strategy that sends no class tables sends the same bytes in every encoding', async () => {
  const clients = tinyClients([models.linear, models.linear]);
  const plain = await run({ ...tiny('fedavg', undefined, 2), clients });
  const encoded = await run({ ...tiny('fedavg', { precision: 'int8', keep: 0.1 }, 2), clients });
  expect(encoded.history).toEqual(plain.history);
});

it('an encoding that there is not ends the run before it begins', async () => {
  const events = simulate(tiny('fedproto', { keep: 0 }));
  await expect(events.next()).rejects.toMatchObject({ code: 'invalid-argument' });
});
