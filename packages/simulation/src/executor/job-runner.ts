import { createFederationClient } from '@protonorm/fl-client';
import type { AnyStrategy } from '@protonorm/strategy';
import { createRng, sliceDataset, type Backend, type DataSlice } from '@protonorm/tensor';
import { profiledBackend } from '../profile/profiled-backend.ts';
import { profiledSlice } from '../profile/profiled-slice.ts';
import type { Profiler } from '../profile/profiler.ts';
import type { ClientJob, ClientJobResult, SimulationSetup } from './client-job.ts';
import { ClientLearners } from './client-learners.ts';

/**
 * Runs jobs one after the other on one backend. A client's numbers are written before a job, unless its learner holds them
 * still, and read after it.
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
  const learners = new ClientLearners(backend);
  const rng = createRng(setup.seed);

  const run: JobRunner['run'] = async ({ clientIndex, task, state, room }, { signal }) => {
    const { id, model, train, test } = setup.clients[clientIndex];
    const learner = await learners.take(clientIndex, model, state);
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
      ...(setup.prototypeEncoding && { prototypeEncoding: setup.prototypeEncoding }),
      ...(state.strategy !== undefined && { state: state.strategy }),
      ...(profiler && { measure: (section, work) => profiler.measure(section, work) }),
    });
    const reply = await client.handle(task, { signal });
    const into = room?.();
    const left = {
      parameters: await learner.read('all', into?.parameters),
      buffers: await learner.read('buffers', into?.buffers),
      ...(into?.revision !== undefined && { revision: into.revision }),
      strategy: client.state(),
    };
    learners.keep(clientIndex, left.revision);
    return { reply, state: left };
  };

  return {
    async run(job, options) {
      if (profiler === undefined) return run(job, options);
      profiler.take(); // a job that failed has left its times
      const result = await profiler.measure('jobs', () => run(job, options));
      return { ...result, times: profiler.take() };
    },
    [Symbol.dispose]() {
      learners[Symbol.dispose]();
    },
  };
}
