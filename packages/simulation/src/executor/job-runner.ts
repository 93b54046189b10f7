import { createFederationClient } from '@protonorm/fl-client';
import type { AnyStrategy } from '@protonorm/strategy';
import {
  createRng,
  modelKey,
  sliceDataset,
  type Backend,
  type DataSlice,
  type Learner,
  type ModelSpec,
} from '@protonorm/tensor';
import { profiledBackend } from '../profile/profiled-backend.ts';
import { profiledSlice } from '../profile/profiled-slice.ts';
import type { Profiler } from '../profile/profiler.ts';
import type { ClientJob, ClientJobResult, ClientState, SimulationSetup } from './client-job.ts';

/**
 * Runs jobs one after the other on one backend. Clients of the same architecture share a learner: their numbers are
 * written before a job and read after it.
 */
export interface JobRunner extends Disposable {
  run(job: ClientJob, options: { readonly signal: AbortSignal }): Promise<ClientJobResult>;
}

/**
 * A runner over a backend, which it does not dispose.
 *
 * @param profiler - measures the jobs, whose results then have `times`; its operations come from the backend itself
 */
export function createJobRunner(
  given: Backend,
  strategy: AnyStrategy,
  setup: SimulationSetup,
  profiler?: Profiler,
): JobRunner {
  const backend = profiler === undefined ? given : profiledBackend(given, profiler);
  const sliced = (indices: Int32Array): DataSlice => {
    const slice = sliceDataset(setup.dataset, indices);
    return profiler === undefined ? slice : profiledSlice(slice, profiler);
  };
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

  const run: JobRunner['run'] = async ({ clientIndex, task, state }, { signal }) => {
    const { id, model, train, test } = setup.clients[clientIndex];
    const learner = await learnerWith(model, state);
    const client = createFederationClient({
      id,
      strategy,
      hyper: setup.hyper,
      federation: setup.federation,
      learner,
      createLearner: (spec, initial) => backend.createLearner(spec, initial),
      train: sliced(train),
      test: sliced(test),
      local: setup.local,
      rng,
      ...(state.strategy !== undefined && { state: state.strategy }),
      ...(profiler && { measure: (section, work) => profiler.measure(section, work) }),
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
  };

  return {
    async run(job, options) {
      if (profiler === undefined) return run(job, options);
      profiler.take(); // a job that failed has left its times
      const result = await profiler.measure('jobs', () => run(job, options));
      return { ...result, times: profiler.take() };
    },
    [Symbol.dispose]() {
      for (const learner of learners.values()) learner[Symbol.dispose]();
      learners.clear();
    },
  };
}
