import { strategies } from '@protonorm/strategies';
import {
  axisSizes,
  createCodec,
  resolveHyper,
  type AnyStrategy,
  type HyperSchema,
  type MessageSchema,
} from '@protonorm/strategy';
import { runPlainFederation, toyFederation, type PlainRun } from '@protonorm/strategy/testkit';
import { createRng, decodeState, encodeState, type StateTree } from '@protonorm/tensor';
import { createOracleBackend } from '@protonorm/tensor/testkit';
import { describe, expect, it } from 'vitest';
import { selectClients } from './select-clients.ts';
import { keepingStore, shuffled, toyRun, type ToyRunOptions } from './toy-run.test-support.ts';

const SEED = 'plain equality';
const ROUNDS = 4;

/** Targets that the small features of the toy federation can reach. */
const hyperOf = ({ id }: AnyStrategy): Readonly<Record<string, unknown>> =>
  id === 'protonorm-reference' ? { lambda: 1, scale: 2 } : {};

async function plainRun(
  strategy: AnyStrategy,
  options: Pick<ToyRunOptions, 'participation' | 'clients' | 'prototypeEncoding'>,
): Promise<PlainRun> {
  const { participation = 1, clients: change, prototypeEncoding } = options;
  const { federation, clients, local } = toyFederation(strategy.capabilities);
  const changed = change?.(clients) ?? clients;
  const rng = createRng(SEED);
  using backend = createOracleBackend();
  return await runPlainFederation({
    strategy,
    hyper: hyperOf(strategy),
    federation: { ...federation, clients: changed.length, rounds: ROUNDS },
    clients: changed,
    local,
    backend,
    rng,
    ...(prototypeEncoding && { prototypeEncoding }),
    select: (round, ids) => selectClients(ids, { participation, rng: rng.split('select', round) }),
  });
}

/** Holds every number of an engine's run against the plain loop. */
async function expectEqualRuns(strategy: AnyStrategy, options: ToyRunOptions): Promise<void> {
  const plain = await plainRun(strategy, options);
  const store = keepingStore();
  const { history, states } = await toyRun(strategy, {
    ...options,
    hyper: hyperOf(strategy),
    seed: SEED,
    rounds: ROUNDS,
    store,
  });
  const { federation } = toyFederation(strategy.capabilities);
  const hyper = resolveHyper(strategy.hyper as HyperSchema, hyperOf(strategy));
  const codec = createCodec(strategy.down as MessageSchema, {
    axes: axisSizes(strategy, { federation, hyper }),
    what: 'down',
    ...(options.prototypeEncoding && { prototypes: options.prototypeEncoding }),
  });

  const evaluations = [...plain.rounds.map(({ evaluation }) => evaluation), plain.evaluation];
  expect(history.evaluations.map(({ perClient }) => perClient)).toEqual(
    evaluations.map((counts) =>
      Object.fromEntries(
        [...counts]
          .filter(([, { samples }]) => samples > 0)
          .map(([id, count]) => [id, { ...count, correct: count.correct ?? 0 }]),
      ),
    ),
  );
  expect(history.rounds.map(({ contributed }) => contributed)).toEqual(
    plain.rounds.map(({ contributed }) => contributed.toSorted()),
  );
  plain.rounds.forEach(({ state, down, metrics, bytesUp, bytesDown, report }, round) => {
    const { engine, prototypes } = store.snapshots[round];
    const kept = decodeState(engine) as { server: StateTree; down: Uint8Array | null };
    expect(encodeState(kept.server)).toEqual(encodeState(state));
    expect(kept.down).toEqual(down === undefined ? null : codec.encode(down));
    for (const [name, table] of Object.entries(report?.prototypes ?? {}))
      expect(prototypes[name]).toEqual(table);
    const record = history.rounds[round];
    const losses = [...metrics].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { loss }]) => loss);
    expect(record.metrics.loss).toBe(losses.reduce((a, b) => a + b, 0) / losses.length);
    expect(record.bytesUp).toBe([...bytesUp.values()].reduce((a, b) => a + b, 0));
    expect(record.bytesDown).toBe(bytesDown * plain.clients.size);
  });
  for (const [id, numbers] of plain.clients) expect(states.get(id)).toEqual(encodeState(numbers));
}

describe.each(Object.values(strategies))('$id', (strategy) => {
  it('gives the bits of the plain loop, in whatever order the answers come', async () => {
    await expectEqualRuns(strategy, { between: (transport) => shuffled(transport, 'arrival') });
  });

  it('also when class tables travel in fewer bytes', async () => {
    await expectEqualRuns(strategy, {
      prototypeEncoding: { precision: 'int8', keep: 0.5 },
      between: (transport) => shuffled(transport, 'a third arrival'),
    });
  });

  it('also when a part of the clients trains, and some have no samples', async () => {
    const { nothing } = toyFederation(strategy.capabilities);
    await expectEqualRuns(strategy, {
      participation: 0.6,
      between: (transport) => shuffled(transport, 'another arrival'),
      clients: (clients) =>
        clients.map((client, i) => ({
          ...client,
          ...(i === 1 && { train: nothing }),
          ...(i === 3 && { test: nothing }),
        })),
    });
  });

  it('gives the same bits when it goes on behind any round', async () => {
    const whole = keepingStore();
    const settings = { rounds: 3, hyper: hyperOf(strategy) };
    const { history, states } = await toyRun(strategy, { store: whole, ...settings });
    for (const snapshot of whole.snapshots) {
      const store = keepingStore();
      await store.saveSnapshot(snapshot);
      const resumed = await toyRun(strategy, { store, ...settings });
      expect(resumed.history).toEqual(history);
      expect(resumed.states).toEqual(states);
      expect(await store.loadSnapshot()).toEqual(await whole.loadSnapshot());
      expect(resumed.events[0]).toMatchObject({ type: 'run-resumed', round: snapshot.round });
    }
  });
});
