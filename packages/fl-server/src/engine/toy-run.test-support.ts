import { createFederationClient } from '@protonorm/fl-client';
import {
  createMemoryStore,
  createMemoryTransport,
  type MemoryStore,
  type RunEvent,
  type RunHistory,
  type RunStore,
  type TaskHandler,
  type Transport,
} from '@protonorm/protocol';
import type { AnyStrategy } from '@protonorm/strategy';
import { toyFederation, type PlainClient } from '@protonorm/strategy/testkit';
import { createRng, decodeState, encodeState, type StateTree } from '@protonorm/tensor';
import { createOracleBackend } from '@protonorm/tensor/testkit';
import { runFederation } from './round-engine.ts';
import type { RoundEngineOptions } from './run-setup.ts';

/** What differs from a run of all five toy clients over a memory transport. */
export interface ToyRunOptions extends Partial<Omit<RoundEngineOptions, 'transport' | 'store'>> {
  readonly store?: RunStore;
  readonly rounds?: number;
  readonly seed?: string;
  /** What is between the engine and the clients. */
  readonly between?: (transport: Transport) => Transport;
  /** Clients that take part, changed where they differ. */
  readonly clients?: (clients: readonly PlainClient[]) => readonly PlainClient[];
  /** Sees the events, and may throw to end the run. */
  readonly onEvent?: (event: RunEvent) => void;
}

/** What a toy run left. */
export interface ToyRun {
  readonly history: RunHistory;
  readonly events: readonly RunEvent[];
  /** Parameters, buffers and strategy state of each client, encoded. */
  readonly states: ReadonlyMap<string, Uint8Array>;
}

/** Keeps every snapshot of a run, to resume from each. */
export function keepingStore(): MemoryStore & {
  readonly snapshots: readonly NonNullable<Awaited<ReturnType<RunStore['loadSnapshot']>>>[];
} {
  const store = createMemoryStore();
  const snapshots: NonNullable<Awaited<ReturnType<RunStore['loadSnapshot']>>>[] = [];
  return {
    ...store,
    snapshots,
    async saveSnapshot(snapshot) {
      await store.saveSnapshot(snapshot);
      snapshots.push((await store.loadSnapshot())!);
    },
  };
}

/** Runs a strategy on the toy federation of the strategy kit with the round engine and real clients. */
export async function toyRun(strategy: AnyStrategy, options: ToyRunOptions = {}): Promise<ToyRun> {
  const { store = createMemoryStore(), between = (transport) => transport, seed = 'toy run' } = options;
  const toy = toyFederation(strategy.capabilities);
  const clients = options.clients?.(toy.clients) ?? toy.clients;
  const federation = {
    ...toy.federation,
    clients: clients.length,
    ...(options.rounds !== undefined && { rounds: options.rounds }),
  };
  const rng = createRng(seed);
  using backend = createOracleBackend();
  const createLearner = backend.createLearner.bind(backend);
  const kept = (await store.loadSnapshot())?.clients;
  const states = new Map<string, Uint8Array>();
  const handlers = new Map<string, TaskHandler>();
  for (const { id, spec, parameters, train, test } of clients) {
    if (typeof train === 'function') throw new Error('The toy federation has fixed samples.');
    const bytes = kept?.get(id);
    const before =
      bytes && (decodeState(bytes) as { parameters: Float32Array; buffers: Float32Array; state: StateTree });
    const learner = await createLearner(spec, before ?? { parameters });
    const client = createFederationClient({
      id,
      strategy,
      ...(options.hyper && { hyper: options.hyper }),
      federation,
      learner,
      createLearner,
      train,
      test,
      local: toy.local,
      rng,
      ...(options.prototypeEncoding && { prototypeEncoding: options.prototypeEncoding }),
      ...(before && { state: before.state }),
    });
    const keep = async (): Promise<void> => {
      const numbers = { parameters: await learner.read('all'), buffers: await learner.read('buffers') };
      states.set(id, encodeState({ ...numbers, state: client.state() }));
    };
    await keep();
    handlers.set(id, async (task, given) => {
      const reply = await client.handle(task, given);
      await keep();
      return reply;
    });
  }
  const events: RunEvent[] = [];
  const run = runFederation({
    createLearner,
    rng,
    clientErrors: 'fail',
    clientStates: () => new Map(states),
    ...options,
    strategy,
    federation,
    transport: between(createMemoryTransport(handlers)),
    store,
  });
  for (;;) {
    const next = await run.next();
    if (next.done) return { history: next.value, events, states };
    events.push(next.value);
    options.onEvent?.(next.value);
  }
}

/** A transport on which answers come in an order drawn from a seed, some of them later. */
export function shuffled(transport: Transport, seed: string): Transport {
  const rng = createRng(seed);
  return {
    clients: () => transport.clients(),
    async request(clientId, task, options) {
      const turns = rng.split(task.round, clientId).integer(4);
      const reply = await transport.request(clientId, task, options);
      for (let i = 0; i < turns; i++) {
        await new Promise((resolve) => {
          setTimeout(resolve, 0);
        });
      }
      return reply;
    },
  };
}

/** A transport on which something happens to some requests instead. */
export function instead(
  happens: (...request: Parameters<Transport['request']>) => ReturnType<Transport['request']> | undefined,
): (transport: Transport) => Transport {
  return (transport) => ({
    clients: () => transport.clients(),
    request: (...request) => happens(...request) ?? transport.request(...request),
  });
}
