import type { AnyStrategy } from '@protonorm/strategy';
import { ProtoNormError, type Backend } from '@protonorm/tensor';
import type { Profiler } from '../profile/profiler.ts';
import type { ClientExecutor, SimulationSetup } from './client-job.ts';
import { createJobRunner } from './job-runner.ts';

/**
 * Runs all clients on one backend in the calling thread, one after the other; also in browsers.
 *
 * @param backend - the caller keeps and disposes it
 * @param profiler - measures the jobs; the backend may tell it of its operations
 */
export function createInProcessExecutor(
  backend: Backend,
  strategy: AnyStrategy,
  setup: SimulationSetup,
  profiler?: Profiler,
): ClientExecutor {
  const runner = createJobRunner(backend, strategy, setup, profiler);
  let last: Promise<unknown> = Promise.resolve();
  let disposed = false;
  return {
    description: 'in-process',
    async run(job, options) {
      if (disposed) {
        throw new ProtoNormError('disposed', 'The executor was used after it had been disposed.');
      }
      const result = last.then(() => {
        options.signal.throwIfAborted();
        return runner.run(job, options);
      });
      last = result.catch(() => undefined); // a failed job must not stop the ones behind it
      return result;
    },
    async [Symbol.asyncDispose]() {
      disposed = true;
      await last;
      runner[Symbol.dispose]();
    },
  };
}
