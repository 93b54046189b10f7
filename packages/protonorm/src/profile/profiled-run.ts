import type { RunStore } from '@protonorm/protocol';
import type { ClientExecutor } from '@protonorm/simulation';
import type { RoundProfiles } from './round-profiles.ts';

/** An executor whose jobs tell their times. */
export function profiledExecutor(executor: ClientExecutor, profiles: RoundProfiles): ClientExecutor {
  return {
    description: executor.description,
    ...(executor.otherThreads && { otherThreads: true }),
    async run(job, options) {
      const result = await executor.run(job, options);
      if (result.times !== undefined) profiles.addJob(result.times);
      return result;
    },
    [Symbol.asyncDispose]: () => executor[Symbol.asyncDispose](),
  };
}

/** A store whose files are measured. */
export function profiledStore(store: RunStore, { server }: RoundProfiles): RunStore {
  return {
    appendEvent: (event) => server.measure('event file', () => store.appendEvent(event)),
    saveSnapshot: (snapshot) => server.measure('snapshot files', () => store.saveSnapshot(snapshot)),
    loadSnapshot: () => store.loadSnapshot(),
  };
}
