import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { errorToData } from '@protonorm/tensor';
import type { ClientJob, ClientJobResult } from './executor/client-job.ts';
import { createJobRunner, type JobRunner } from './executor/job-runner.ts';
import { loadBackend, loadStrategy } from './executor/module-reference.ts';
import type { WorkerAnswer, WorkerSetup } from './executor/worker-executor.ts';

// The entry of a simulation's worker thread: answers one job at a time. Elsewhere it does nothing.
if (parentPort !== null) serve(parentPort, workerData as WorkerSetup);

function serve(port: MessagePort, setup: WorkerSetup): void {
  const runner = openRunner(setup);
  runner.catch(() => undefined); // told by the first job
  const never = new AbortController().signal; // an aborted job ends with its thread
  port.on('message', async (job: ClientJob) => {
    let answer: WorkerAnswer;
    try {
      answer = { result: await (await runner).run(job, { signal: never }) };
    } catch (error) {
      answer = { error: errorToData(error) };
    }
    port.postMessage(answer, 'result' in answer ? ownBuffers(answer.result) : []);
  });
}

async function openRunner({ backend, strategy, simulation }: WorkerSetup): Promise<JobRunner> {
  const [opened, loaded] = await Promise.all([loadBackend(backend), loadStrategy(strategy)]);
  return createJobRunner(opened, loaded, simulation);
}

/** The large arrays of a result: fresh copies that nobody here needs any more, so that they can move instead. */
function ownBuffers({ state, reply }: ClientJobResult): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const array of [state.parameters, state.buffers, reply.up]) {
    if (
      array !== null &&
      array.buffer instanceof ArrayBuffer &&
      array.byteLength === array.buffer.byteLength
    ) {
      buffers.add(array.buffer);
    }
  }
  return [...buffers];
}
