import { workerData } from 'node:worker_threads';
import { errorToData } from '@protonorm/tensor';
import type { ClientJob } from './executor/client-job.ts';
import { createJobRunner, type JobRunner } from './executor/job-runner.ts';
import { loadBackend, loadStrategy } from './executor/module-reference.ts';
import type { WorkerAnswer, WorkerSetup } from './executor/worker-executor.ts';

let runner: Promise<JobRunner> | undefined;

/** Entry of a simulation worker: tinypool calls it with one job at a time. */
export default async function runJob(job: ClientJob): Promise<WorkerAnswer> {
  try {
    runner ??= openRunner();
    const never = new AbortController().signal; // an aborted job ends with its thread
    return { result: await (await runner).run(job, { signal: never }) };
  } catch (error) {
    return { error: errorToData(error) };
  }
}

async function openRunner(): Promise<JobRunner> {
  // tinypool wraps the data: [its own, ours]
  const setup = (workerData as [unknown, WorkerSetup])[1];
  const [backend, strategy] = await Promise.all([loadBackend(setup.backend), loadStrategy(setup.strategy)]);
  return createJobRunner(backend, strategy, setup.simulation);
}
