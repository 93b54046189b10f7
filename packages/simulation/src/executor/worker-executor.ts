import { Tinypool } from 'tinypool';
import { errorFromData, ProtoNormError, type ErrorData } from '@protonorm/tensor';
import type { ClientExecutor, ClientJob, ClientJobResult, SimulationSetup } from './client-job.ts';
import type { BackendReference, ModuleReference } from './module-reference.ts';

/** What a worker needs to begin; plain data. */
export interface WorkerSetup {
  readonly simulation: SimulationSetup;
  readonly strategy: ModuleReference;
  readonly backend: BackendReference;
}

/** What a worker answers. */
export type WorkerAnswer = { readonly result: ClientJobResult } | { readonly error: ErrorData };

/**
 * Runs clients on worker threads, one learner of each architecture in each; Node only.
 *
 * The data set travels as shared memory; states go out and come back with each job, so that any worker can run any client.
 *
 * @param workers - number of threads, >= 1
 */
export function createWorkerExecutor(workers: number, setup: WorkerSetup): ClientExecutor {
  if (!(Number.isInteger(workers) && workers >= 1)) {
    throw new ProtoNormError('invalid-argument', `workers must be an integer >= 1, received ${workers}.`, {
      received: workers,
    });
  }
  const source = import.meta.url.endsWith('.ts');
  const pool = new Tinypool({
    filename: new URL(source ? '../worker.ts' : './worker.js', import.meta.url).href,
    minThreads: workers,
    maxThreads: workers,
    workerData: setup,
    // Workers of a source checkout resolve the sources of the packages, as their parent does.
    ...(source && { execArgv: ['--conditions=@protonorm/source'] }),
  });
  return {
    description: `${workers} worker${workers === 1 ? '' : 's'}`,
    async run(job: ClientJob, { signal }) {
      signal.throwIfAborted();
      const answer = (await pool.run(job, { signal })) as WorkerAnswer;
      if ('error' in answer) throw errorFromData(answer.error);
      return answer.result;
    },
    async [Symbol.asyncDispose]() {
      await pool.destroy();
    },
  };
}
