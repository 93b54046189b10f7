import { createFederationClient } from '@protonorm/fl-client';
import type { AnyStrategy } from '@protonorm/strategy';
import {
  createRng,
  modelKey,
  sliceDataset,
  type Backend,
  type Learner,
  type ModelSpec,
} from '@protonorm/tensor';
import type { ClientJob, ClientJobResult, ClientState, SimulationSetup } from './client-job.ts';

/**
 * Runs jobs one after the other on one backend. Clients of the same architecture share a learner: their numbers are
 * written before a job and read after it.
 */
export interface JobRunner extends Disposable {
  run(job: ClientJob, options: { readonly signal: AbortSignal }): Promise<ClientJobResult>;
}

/** A runner over a backend, which it does not dispose. */
export function createJobRunner(backend: Backend, strategy: AnyStrategy, setup: SimulationSetup): JobRunner {
  const learners = new Map<string, Learner>();
  const rng = createRng(setup.seed);

  const learnerWith = async (spec: ModelSpec, { parameters, buffers }: ClientState): Promise<Learner> => {
    const key = modelKey(spec);
    let learner = learners.get(key);
    if (learner === undefined) {
      learner = await backend.createLearner(spec, { parameters, buffers });
      learners.set(key, learner);
    } else {
      await learner.write('all', parameters);
      await learner.write('buffers', buffers);
    }
    return learner;
  };

  return {
    async run({ clientIndex, task, state }, { signal }) {
      const { id, model, train, test } = setup.clients[clientIndex];
      const learner = await learnerWith(model, state);
      const client = createFederationClient({
        id,
        strategy,
        hyper: setup.hyper,
        federation: setup.federation,
        learner,
        createLearner: (spec, initial) => backend.createLearner(spec, initial),
        train: sliceDataset(setup.dataset, train),
        test: sliceDataset(setup.dataset, test),
        local: setup.local,
        rng,
        ...(state.strategy !== undefined && { state: state.strategy }),
      });
      const reply = await client.handle(task, { signal });
      return {
        reply,
        state: {
          parameters: await learner.read('all'),
          buffers: await learner.read('buffers'),
          strategy: client.state(),
        },
      };
    },
    [Symbol.dispose]() {
      for (const learner of learners.values()) learner[Symbol.dispose]();
      learners.clear();
    },
  };
}
