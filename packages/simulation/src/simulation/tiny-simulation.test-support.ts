import {
  createMemoryStore,
  type MemoryStore,
  type RunEvent,
  type RunHistory,
  type RunStore,
} from '@protonorm/protocol';
import { digitsDataset } from '@protonorm/datasets';
import {
  digitsCnn,
  digitsResnet,
  initialBuffers,
  initialParameters,
  linear,
  smallMlp,
} from '@protonorm/models';
import { strategyById } from '@protonorm/strategies';
import type { AnyStrategy } from '@protonorm/strategy';
import { createRng, type Backend, type Dataset, type ModelSpec } from '@protonorm/tensor';
import type { ClientExecutor, SimulatedClient, SimulationSetup } from '../executor/client-job.ts';
import { createInProcessExecutor } from '../executor/in-process-executor.ts';
import type { BackendReference, ModuleReference } from '../executor/module-reference.ts';
import { createWorkerExecutor } from '../executor/worker-executor.ts';
import { simulate, type SimulationOptions } from './simulate.ts';

export const digits: Dataset = digitsDataset();

const options = { features: 16, classes: 10 };
export const models = {
  linear: linear(digits.shape, options),
  mlp: smallMlp(digits.shape, options),
  cnn: digitsCnn(digits.shape, options),
  resnet: digitsResnet(digits.shape, options), // batch normalisation: buffers too
} satisfies Record<string, ModelSpec>;

/** Clients with a few digits each: `train` for training and 8 for testing. */
export function tinyClients(
  specs: readonly ModelSpec[],
  { train = 16 }: { readonly train?: number } = {},
): readonly SimulatedClient[] {
  const range = (from: number, length: number): Int32Array => Int32Array.from({ length }, (_, i) => from + i);
  return specs.map((model, i) => ({
    id: `client-${i}`,
    model,
    train: range(100 * i, train),
    test: range(100 * i + 50, 8),
  }));
}

/** Settings of a tiny run; the executor is to be chosen. */
export function tinySimulation(
  changes: Partial<SimulationOptions> & Pick<SimulationOptions, 'executor'>,
): SimulationOptions {
  return {
    strategy: strategyById('fedproto'),
    dataset: digits,
    clients: tinyClients([models.linear, models.mlp, models.linear]),
    local: {
      epochs: 1,
      batchSize: 8,
      dropLast: false,
      shuffle: true,
      optimiser: { kind: 'sgd', learningRate: 0.05, momentum: 0.9 },
    },
    rounds: 3,
    seed: 11,
    initial: ({ index, model }) => ({
      parameters: initialParameters(model, createRng('tiny').split(index)),
      buffers: initialBuffers(model),
    }),
    createLearner: () => Promise.reject(new Error('The server needs no learner here.')),
    store: createMemoryStore(),
    ...changes,
  };
}

/** Clients in this thread, on a backend that the caller disposes of. */
export const inProcess =
  (backend: Backend, strategy: AnyStrategy = strategyById('fedproto')) =>
  (setup: SimulationSetup): ClientExecutor =>
    createInProcessExecutor(backend, strategy, setup);

export const cpu: BackendReference = {
  module: '@protonorm/backend-tfjs',
  export: 'createBackend',
  name: 'cpu',
};

/** Plain loops: slow at computing, fast at beginning. */
export const oracle: BackendReference = {
  module: '@protonorm/tensor/testkit',
  export: 'createOracleBackend',
  name: 'oracle',
};

/** A built-in strategy as a worker finds it. */
export const builtIn = (id: string): ModuleReference => ({
  module: '@protonorm/strategies',
  export: 'strategies',
  entry: id,
});

/** One of the odd strategies. */
export const odd = (name: string): ModuleReference => ({
  module: new URL('odd-strategies.test-support.ts', import.meta.url).href,
  export: 'oddStrategies',
  entry: name,
});

/** Clients on worker threads. */
export const onWorkers =
  (workers: number, strategy: ModuleReference = builtIn('fedproto'), backend: BackendReference = cpu) =>
  (simulation: SimulationSetup): ClientExecutor =>
    createWorkerExecutor(workers, { simulation, strategy, backend });

/** All that a finished run left: history, events, and the bytes of its last snapshot. */
export async function run(settings: SimulationOptions): Promise<{
  readonly history: RunHistory;
  readonly events: readonly RunEvent[];
  readonly last: Awaited<ReturnType<RunStore['loadSnapshot']>>;
}> {
  const events: RunEvent[] = [];
  const simulation = simulate(settings);
  for (;;) {
    const next = await simulation.next();
    if (next.done) return { history: next.value, events, last: await settings.store.loadSnapshot() };
    events.push(next.value);
  }
}

/** A store that keeps the snapshot of each round. */
export function keepingStore(): MemoryStore & {
  readonly snapshots: readonly Parameters<RunStore['saveSnapshot']>[0][];
} {
  const store = createMemoryStore();
  const snapshots: Parameters<RunStore['saveSnapshot']>[0][] = [];
  return {
    ...store,
    snapshots,
    async saveSnapshot(snapshot) {
      await store.saveSnapshot(snapshot);
      snapshots.push((await store.loadSnapshot())!);
    },
  };
}
