import { performance } from 'node:perf_hooks';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { errorToData } from '@protonorm/tensor';
import { createJobRunner, type JobRunner } from './executor/job-runner.ts';
import { loadBackend, loadStrategy } from './executor/module-reference.ts';
import type { WorkerSetup } from './executor/worker-executor.ts';
import type { WorkerAnswer, WorkerJob, WorkerResult } from './executor/worker-messages.ts';
import { Profiler } from './profile/profiler.ts';

// The entry of a simulation's worker thread: answers one job at a time. Elsewhere it does nothing.
if (parentPort !== null) serve(parentPort, workerData as WorkerSetup);

function serve(port: MessagePort, setup: WorkerSetup): void {
  const runner = openRunner(setup);
  runner.catch(() => undefined); // told by the first job
  const never = new AbortController().signal; // an aborted job ends with its thread
  port.on('message', async ({ room, ...job }: WorkerJob) => {
    let answer: WorkerAnswer;
    try {
      const given = room === undefined ? job : { ...job, room: () => room };
      const { state, ...result } = await (await runner).run(given, { signal: never });
      const { strategy, ...numbers } = state;
      answer = { result: { ...result, strategy, numbers: room === undefined ? numbers : undefined } };
    } catch (error) {
      answer = { error: errorToData(error) };
    }
    port.postMessage(answer, 'result' in answer ? ownBuffers(answer.result) : []);
  });
}

async function openRunner({ backend, strategy, simulation, profile }: WorkerSetup): Promise<JobRunner> {
  const profiler = profile === true ? new Profiler(() => performance.now()) : undefined;
  const [opened, loaded] = await Promise.all([
    loadBackend(backend, { profile: profiler }),
    loadStrategy(strategy),
  ]);
  return createJobRunner(opened, loaded, simulation, profiler);
}

/** An upload is a fresh copy that nobody here needs any more, so that it can move instead. */
function ownBuffers({ reply: { up } }: WorkerResult): ArrayBuffer[] {
  const whole = up !== null && up.buffer instanceof ArrayBuffer && up.byteLength === up.buffer.byteLength;
  return whole ? [up.buffer as ArrayBuffer] : [];
}
