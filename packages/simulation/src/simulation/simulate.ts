import type { Measure } from '@protonorm/fl-client';
import { runFederation } from '@protonorm/fl-server';
import {
  createMemoryTransport,
  type RunEvent,
  type RunHistory,
  type RunStore,
  type TaskHandler,
} from '@protonorm/protocol';
import {
  resolvePrototypeEncoding,
  strategyName,
  type AnyStrategy,
  type CreateLearner,
  type LocalTraining,
  type PrototypeEncoding,
} from '@protonorm/strategy';
import { createRng, ProtoNormError, type Dataset, type ModelSpec, type RngLabel } from '@protonorm/tensor';
import type { ClientExecutor, SimulatedClient, SimulationSetup } from '../executor/client-job.ts';
import { ClientStates } from './client-states.ts';
import { describeFederation, type InitialModel } from './describe-federation.ts';
import { withDropOuts } from './drop-outs.ts';

/** What a simulated federation is made of. */
export interface SimulationOptions {
  readonly strategy: AnyStrategy;
  /** Values that differ from the strategy's defaults. */
  readonly hyper?: Readonly<Record<string, unknown>>;
  readonly dataset: Dataset;
  readonly clients: readonly SimulatedClient[];
  readonly local: LocalTraining;
  readonly rounds: number;
  readonly seed: RngLabel;
  /** First numbers of each client's model, and (index -1) of what is common: a model, a head, a helper. */
  readonly initial: (client: { readonly index: number; readonly model: ModelSpec }) => InitialModel;
  /** A small model that is trained beside the clients' own, for strategies that need one. */
  readonly helperModel?: ModelSpec;
  /** Where the clients run. */
  readonly executor: (setup: SimulationSetup) => ClientExecutor;
  /** For strategies whose server trains a network of its own. */
  readonly createLearner: CreateLearner;
  /** May read the bytes of a snapshot until it has saved the next one, as a store does that writes behind. */
  readonly store: RunStore;
  /** Share of the clients that train in a round. @defaultValue 1 */
  readonly participation?: number;
  /**
   * Probability that a selected client is away in a round, in [0, 1): it neither trains nor is it evaluated.
   * @defaultValue 0
   */
  readonly dropOutRate?: number;
  /** How class tables travel, both ways. @defaultValue float32, all coordinates */
  readonly prototypeEncoding?: PrototypeEncoding;
  readonly signal?: AbortSignal;
  /** Runs what happens beside clients and store, so that it can be timed: 'states encoded'. */
  readonly measure?: Measure;
}

/**
 * Runs a whole federation on one machine: the round engine over a memory transport, clients on an executor.
 *
 * The result is the same to the bit for any number of workers, and when the run is interrupted and goes on from its store.
 *
 * @returns the history; events are yielded as they happen
 * @throws `invalid-argument` for no clients or two of one id, `invalid-model` for models that do not fit the data or each
 *   other, `snapshot-corrupt` for a snapshot of other clients, and what `runFederation` throws; an error of a client ends
 *   the run
 * @example
 * ```ts
 * import { digitsDataset } from '@protonorm/datasets';
 * import { initialBuffers, initialParameters, linear } from '@protonorm/models';
 * import { createMemoryStore } from '@protonorm/protocol';
 * import { createInProcessExecutor, simulate } from '@protonorm/simulation';
 * import { fedProto } from '@protonorm/strategies';
 * import { createRng } from '@protonorm/tensor';
 * import { createOracleBackend } from '@protonorm/tensor/testkit';
 * const dataset = digitsDataset();
 * const model = linear(dataset.shape, { features: 16, classes: 10 });
 * const samples = (from) => Int32Array.from({ length: 20 }, (_, i) => from + i);
 * const backend = createOracleBackend();
 * const events = simulate({
 *   strategy: fedProto, dataset, rounds: 2, seed: 1, store: createMemoryStore(),
 *   clients: [0, 100].map((from, i) => ({ id: `client-${i}`, model, train: samples(from), test: samples(from + 50) })),
 *   local: { epochs: 1, batchSize: 10, dropLast: false, shuffle: true, optimiser: { kind: 'sgd', learningRate: 0.1 } },
 *   initial: ({ index }) => ({
 *     parameters: initialParameters(model, createRng(1).split('init', index)), buffers: initialBuffers(model),
 *   }),
 *   executor: (setup) => createInProcessExecutor(backend, fedProto, setup),
 *   createLearner: (spec, initial) => backend.createLearner(spec, initial),
 * });
 * const contributed = [];
 * for await (const event of events) if (event.type === 'round-finished') contributed.push(event.contributed.length);
 * contributed; // => [2, 2]
 * ```
 */
export async function* simulate(options: SimulationOptions): AsyncGenerator<RunEvent, RunHistory, void> {
  const { strategy, hyper = {}, dataset, clients, local, seed, store, createLearner } = options;
  const { dropOutRate = 0, signal = new AbortController().signal } = options;
  const { measure = (_section, work) => work() } = options;
  const prototypeEncoding = resolvePrototypeEncoding(options.prototypeEncoding);
  const federation = describeFederation(options);
  const rng = createRng(seed);
  checkDropOuts(strategy, dropOutRate);
  signal.throwIfAborted();
  await using executor = options.executor({
    dataset,
    clients,
    federation,
    hyper,
    local,
    seed,
    prototypeEncoding,
  });
  const states = new ClientStates({ shared: executor.otherThreads === true });
  clients.forEach(({ id, model }, index) => {
    states.begin(id, { ...options.initial({ index, model }), strategy: undefined });
  });
  const snapshot = await store.loadSnapshot();
  if (snapshot !== undefined) states.restore(clients, snapshot.clients);

  const handlers = clients.map(({ id }, clientIndex): [string, TaskHandler] => [
    id,
    async (task, given) => {
      const job = { clientIndex, task, state: states.get(id), room: () => states.room(id) };
      const { reply, state } = await executor.run(job, given);
      states.set(id, state);
      if (task.train) measure('states encoded', () => states.prepare(id)); // a snapshot is to come
      return reply;
    },
  ]);
  return yield* runFederation({
    strategy,
    hyper,
    federation,
    transport: withDropOuts(createMemoryTransport(new Map(handlers)), { rate: dropOutRate, rng }),
    store: {
      appendEvent: (event) => store.appendEvent(event),
      async saveSnapshot(latest) {
        await store.saveSnapshot(latest);
        states.saved();
      },
      loadSnapshot: async () => snapshot, // it is in memory already
    },
    rng,
    createLearner,
    signal,
    prototypeEncoding,
    participation: options.participation ?? 1,
    quorum: dropOutRate > 0 ? 0 : 1,
    deadlineMs: Infinity, // the result must not depend on how fast the machine is
    clientErrors: 'fail',
    clientStates: () => measure('states encoded', () => states.encode()),
  });
}

function checkDropOuts(strategy: AnyStrategy, rate: number): void {
  if (!(strategy.capabilities.needsAllClients && rate > 0)) return;
  throw new ProtoNormError(
    'invalid-strategy',
    `${strategyName(strategy)} needs all clients in each round; with drop-outs some are away.`,
    { received: rate, hint: 'Set the rate of drop-outs to 0.' },
  );
}
