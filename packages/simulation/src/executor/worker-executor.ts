import { errorFromData, ProtoNormError, shareDataset, type Dataset } from '@protonorm/tensor';
import type { ClientExecutor, ClientJob, ModelNumbers, SimulationSetup } from './client-job.ts';
import { jobCost } from './job-cost.ts';
import type { BackendReference, ModuleReference } from './module-reference.ts';
import type { WorkerAnswer, WorkerJob } from './worker-messages.ts';
import { WorkerPool, type PoolThread, type ThreadEvents } from './worker-pool.ts';

/** What a worker needs to begin; plain data. */
export interface WorkerSetup {
  readonly simulation: SimulationSetup;
  readonly strategy: ModuleReference;
  readonly backend: BackendReference;
  /** Measures the jobs, whose results then have `times`. @defaultValue false */
  readonly profile?: boolean;
}

type Pool = WorkerPool<ClientJob, WorkerAnswer>;

/**
 * Runs clients on worker threads, one learner of each architecture in each; Node only.
 *
 * The data set travels as shared memory; states go out and come back with each job, so that any worker can run any client.
 * Room for the numbers of models should lie on shared memory: they are then not copied on their way.
 * Expensive clients begin first. An aborted job ends at once, whatever its strategy does, and its thread with it.
 *
 * A job fails with the error of its client; with `worker-failed` when its thread ends by itself (out of memory,
 * `process.exit`, an error that nobody caught), and so do all later ones.
 *
 * @param workers - number of threads, >= 1; not more are opened than there are clients
 * @throws `invalid-argument`
 * @example
 * ```ts
 * import { digitsDataset } from '@protonorm/datasets';
 * import { createWorkerExecutor } from '@protonorm/simulation';
 * const optimiser = { kind: 'sgd', learningRate: 0.1 } as const;
 * const executor = createWorkerExecutor(2, {
 *   // `simulate` gives this to the function `executor` of its options.
 *   simulation: {
 *     dataset: digitsDataset(), clients: [], hyper: {}, seed: 1,
 *     federation: { classes: 10, features: 16, rounds: 1, clients: 0 },
 *     local: { epochs: 1, batchSize: 10, dropLast: false, shuffle: true, optimiser },
 *   },
 *   strategy: { module: '@protonorm/strategies', export: 'fedProto' },
 *   backend: { module: '@protonorm/backend-tfjs', export: 'createBackend', name: 'wasm' },
 * });
 * executor.description; // => '2 workers'
 * await executor[Symbol.asyncDispose]();
 * ```
 */
export function createWorkerExecutor(workers: number, setup: WorkerSetup): ClientExecutor {
  if (!(Number.isInteger(workers) && workers >= 1)) {
    throw new ProtoNormError('invalid-argument', `workers must be an integer >= 1, received ${workers}.`, {
      received: workers,
    });
  }
  const { clients, local } = setup.simulation;
  const costs = clients.map((client) => jobCost(client, local));
  let pool: Promise<Pool> | undefined = openPool(Math.min(workers, Math.max(1, clients.length)), setup);
  pool.catch(() => undefined); // told by the first job
  return {
    description: `${workers} worker${workers === 1 ? '' : 's'}`,
    otherThreads: true,
    async run(job, { signal }) {
      signal.throwIfAborted();
      if (pool === undefined) {
        throw new ProtoNormError('disposed', 'The executor was used after it had been disposed.');
      }
      const { id } = clients[job.clientIndex];
      const { training, evaluation } = costs[job.clientIndex];
      const cost = (job.task.train ? training : 0) + (job.task.evaluate ? evaluation : 0);
      let room: ModelNumbers | undefined;
      const sent: ClientJob = { ...job, room: () => (room = job.room?.())! };
      let answer: WorkerAnswer;
      try {
        answer = await (await pool).run(sent, { signal, cost, owner: job.clientIndex });
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw brokenWorker(id, error);
      }
      if ('error' in answer) throw errorFromData(answer.error);
      const { numbers, strategy, ...result } = answer.result;
      return { ...result, state: { ...(room ?? numbers!), strategy } };
    },
    async [Symbol.asyncDispose]() {
      const open = pool;
      pool = undefined;
      await (await open?.catch(() => undefined))?.close();
    },
  };
}

async function openPool(size: number, setup: WorkerSetup): Promise<Pool> {
  // Imported when it is needed: this module is part of the main entry, which loads in browsers too.
  const { Worker } = await import('node:worker_threads');
  const { simulation } = setup;
  const data: WorkerSetup = { ...setup, simulation: { ...simulation, dataset: shared(simulation.dataset) } };
  const source = import.meta.url.endsWith('.ts');
  const file = new URL(source ? '../worker.ts' : './worker.js', import.meta.url);
  const options = {
    workerData: data,
    // Workers of a source checkout resolve the sources of the packages, as their parent does.
    ...(source && { execArgv: ['--conditions=@protonorm/source'] }),
  };
  return new WorkerPool(size, (events) => openThread(new Worker(file, options), events));
}

/** The part of a Node worker that is needed here. */
interface NodeWorker {
  on(event: 'message', listener: (answer: WorkerAnswer) => void): unknown;
  on(event: 'error' | 'messageerror', listener: (error: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  postMessage(job: WorkerJob): void;
  terminate(): Promise<number>;
}

function openThread(worker: NodeWorker, events: ThreadEvents<WorkerAnswer>): PoolThread<ClientJob> {
  let open = true;
  const ended = (error: unknown): void => {
    if (!open) return;
    open = false;
    events.ended(error instanceof Error ? error : new Error(String(error)));
  };
  worker.on('message', (answer) => {
    if (open) events.answered(answer);
  });
  worker.on('error', ended);
  worker.on('messageerror', ended);
  worker.on('exit', (code) => ended(new Error(`it ended with exit code ${code}`)));
  return {
    run: ({ clientIndex, task, state, room }) =>
      worker.postMessage({ clientIndex, task, state, room: room?.() }),
    async terminate() {
      open = false;
      await worker.terminate();
    },
  };
}

function shared(dataset: Dataset): Dataset {
  return dataset.inputs.buffer instanceof SharedArrayBuffer ? dataset : shareDataset(dataset);
}

function brokenWorker(clientId: string, error: unknown): ProtoNormError {
  const reason = error instanceof Error ? error.message : String(error);
  return new ProtoNormError(
    'worker-failed',
    `A worker thread broke down before ${clientId} was done: ${reason.replace(/\.$/, '')}.`,
    { cause: error, hint: 'Run without workers to see where it happens.' },
  );
}
