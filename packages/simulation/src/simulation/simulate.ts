import { runFederation } from '@protonorm/fl-server';
import {
  createMemoryTransport,
  type RunEvent,
  type RunHistory,
  type RunStore,
  type TaskHandler,
} from '@protonorm/protocol';
import type { AnyStrategy, CreateLearner, FederationInfo, LocalTraining } from '@protonorm/strategy';
import {
  createRng,
  modelKey,
  planModel,
  ProtoNormError,
  type Dataset,
  type RngLabel,
} from '@protonorm/tensor';
import type { ClientExecutor, SimulatedClient, SimulationSetup } from '../executor/client-job.ts';
import { ClientStates } from './client-states.ts';
import { withDropOuts } from './drop-outs.ts';

/** The first numbers of a model. */
export interface InitialModel {
  readonly parameters: Float32Array;
  readonly buffers: Float32Array;
}

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
  /** First numbers of each client's model, and (index -1) of a server's. */
  readonly initial: (client: {
    readonly index: number;
    readonly model: SimulatedClient['model'];
  }) => InitialModel;
  /** Where the clients run. */
  readonly executor: (setup: SimulationSetup) => ClientExecutor;
  /** For strategies whose server trains a network of its own. */
  readonly createLearner: CreateLearner;
  readonly store: RunStore;
  /** Share of the clients that train in a round. @defaultValue 1 */
  readonly participation?: number;
  /** Probability that a selected client is away in a round. @defaultValue 0 */
  readonly dropOutRate?: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs a whole federation on one machine: the round engine over a memory transport, clients on an executor.
 *
 * The result is the same to the bit for any number of workers, and when the run is interrupted and goes on from its store.
 *
 * @throws `invalid-argument` without clients, `invalid-model` for models that do not fit the data or each other, and what
 *   `runFederation` throws; an error of a client ends the run
 */
export async function* simulate(options: SimulationOptions): AsyncGenerator<RunEvent, RunHistory, void> {
  const { strategy, hyper = {}, dataset, clients, local, rounds, seed, store, createLearner } = options;
  const { signal = new AbortController().signal } = options;
  const federation = describeFederation(options);
  const setup: SimulationSetup = { dataset, clients, federation, hyper, local, seed };
  const states = new ClientStates();
  clients.forEach((client, index) => {
    states.set(client.id, { ...options.initial({ index, model: client.model }), strategy: undefined });
  });
  const snapshot = await store.loadSnapshot();
  if (snapshot !== undefined) states.restore(clients, snapshot.clients);

  await using executor = options.executor(setup);
  const handlers = clients.map(({ id }, clientIndex): [string, TaskHandler] => [
    id,
    async (task, handlerOptions) => {
      const { reply, state } = await executor.run(
        { clientIndex, task, state: states.get(id) },
        handlerOptions,
      );
      states.set(id, state);
      return reply;
    },
  ]);
  const rng = createRng(seed);
  const transport = withDropOuts(createMemoryTransport(new Map(handlers)), {
    rate: options.dropOutRate ?? 0,
    rng,
  });
  return yield* runFederation({
    strategy,
    hyper,
    federation: { ...federation, rounds },
    transport,
    store,
    rng,
    createLearner,
    signal,
    participation: options.participation ?? 1,
    quorum: options.dropOutRate ? 0 : 1,
    clientErrors: 'fail',
    clientStates: () => states.encode(),
  });
}

function describeFederation({ dataset, clients, rounds, initial }: SimulationOptions): FederationInfo {
  if (clients.length === 0)
    throw new ProtoNormError('invalid-argument', 'A simulation needs at least one client.', { received: 0 });
  const [first] = clients;
  for (const { id, model } of clients) {
    planModel(model);
    if (model.input.join() !== dataset.shape.join() || model.classes !== dataset.classes) {
      throw new ProtoNormError(
        'invalid-model',
        `The model '${model.name}' of ${id} takes [${model.input.join(', ')}] and ${model.classes} classes; the data set '${dataset.name}' has [${dataset.shape.join(', ')}] and ${dataset.classes}.`,
        { received: model.input, expected: dataset.shape, hint: 'Choose a model that fits the data.' },
      );
    }
    if (model.features !== first.model.features) {
      throw new ProtoNormError(
        'invalid-model',
        `The models '${first.model.name}' and '${model.name}' have ${first.model.features} and ${model.features} features.`,
        {
          received: model.features,
          expected: first.model.features,
          hint: 'Give all models the same feature size.',
        },
      );
    }
  }
  const same = clients.every(({ model }) => modelKey(model) === modelKey(first.model));
  return {
    classes: dataset.classes,
    features: first.model.features,
    rounds,
    clients: clients.length,
    ...(same && {
      commonModel: { spec: first.model, parameters: initial({ index: -1, model: first.model }).parameters },
    }),
  };
}
