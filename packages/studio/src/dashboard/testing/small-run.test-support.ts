import { createBackend } from '@protonorm/backend-wasm';
import { digitsDataset, partition } from '@protonorm/datasets';
import { assignModels, createModel, initialBuffers, initialParameters } from '@protonorm/models';
import { createMemoryStore, type RunEvent } from '@protonorm/protocol';
import { createInProcessExecutor, simulate } from '@protonorm/simulation';
import { strategyById } from '@protonorm/strategies';
import { createRng } from '@protonorm/tensor';

export const RUN = { rounds: 6, clients: 6, strategy: 'protonorm-reference@1' } as const;

/**
 * A real run, as its events: digits on six devices with four models. With no pass of alignment prototypes overlap and the strategy
 * warns of it, as in recipes/failures/overlap.
 */
export async function smallRun(hyper: Readonly<Record<string, unknown>>): Promise<readonly RunEvent[]> {
  const strategy = strategyById('protonorm-reference');
  const dataset = digitsDataset();
  const { train, test } = partition(dataset.labels, {
    kind: 'dirichlet',
    clients: RUN.clients,
    alpha: 0.3,
    seed: 1,
  });
  const clients = assignModels('HtDigits', RUN.clients).map((name, i) => ({
    id: `device-${i}`,
    model: createModel(name, { input: dataset.shape, classes: 10, features: 64 }),
    train: train[i],
    test: test[i],
  }));
  using backend = await createBackend();
  const events: RunEvent[] = [];
  for await (const event of simulate({
    strategy,
    hyper,
    dataset,
    clients,
    local: {
      epochs: 1,
      batchSize: 16,
      dropLast: false,
      shuffle: true,
      optimiser: { kind: 'sgd', learningRate: 0.02 },
    },
    rounds: RUN.rounds,
    seed: 1,
    initial: ({ index, model }) => ({
      parameters: initialParameters(model, createRng(1).split('init', index)),
      buffers: initialBuffers(model),
    }),
    executor: (setup) => createInProcessExecutor(backend, strategy, setup),
    createLearner: (spec, initial) => backend.createLearner(spec, initial),
    store: createMemoryStore(),
  }))
    events.push(event);
  return events;
}
