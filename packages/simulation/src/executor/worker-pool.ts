/** A thread that runs one job at a time. */
export interface PoolThread<Job> {
  run(job: Job): void;
  /** Ends the thread, whatever it does; no event comes behind it. */
  terminate(): Promise<void>;
}

/** What a thread tells its pool. */
export interface ThreadEvents<Answer> {
  answered(answer: Answer): void;
  /** The thread has ended by itself, or broke down. */
  ended(error: Error): void;
}

/** Part of the most expensive waiting job's cost from which on a job may be taken before it: balance goes first. */
const LARGE = 0.75;

/** What a pool knows of a job. */
export interface JobOptions {
  readonly signal: AbortSignal;
  /** How long it takes, in any unit. */
  readonly cost: number;
  /** Jobs of one owner go to the thread that has run the owner's last one, if that is none too small for its turn. */
  readonly owner: number;
}

interface Task<Job, Answer> {
  readonly job: Job;
  readonly cost: number;
  readonly owner: number;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Some threads and a queue of jobs; expensive ones go first, so that no thread begins a long one when the others are done.
 * Among the largest of them a thread prefers those of owners that it knows, or that none knows.
 *
 * A thread whose job is aborted is ended, since code that computes hears nothing; another one takes its place when there is
 * work. A thread that ends by itself ends the pool: its jobs, and all that come later, fail with the reason.
 */
export class WorkerPool<Job, Answer> {
  readonly #size: number;
  readonly #open: (events: ThreadEvents<Answer>) => PoolThread<Job>;
  readonly #idle: PoolThread<Job>[] = [];
  readonly #running = new Map<PoolThread<Job>, Task<Job, Answer>>();
  readonly #ending = new Set<Promise<void>>();
  /** The thread that an owner's last job has run in. */
  readonly #homes = new Map<number, PoolThread<Job>>();
  #waiting: Task<Job, Answer>[] = [];
  #failure: Error | undefined;

  constructor(size: number, open: (events: ThreadEvents<Answer>) => PoolThread<Job>) {
    this.#size = size;
    this.#open = open;
    while (this.#idle.length < size) this.#idle.push(this.#openThread());
  }

  /** @throws the reason of the signal, or why the pool has failed or was closed */
  run(job: Job, options: JobOptions): Promise<Answer> {
    const { signal, cost, owner } = options;
    return new Promise<Answer>((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      if (this.#failure !== undefined) return reject(this.#failure);
      const onAbort = (): void => {
        reject(signal.reason as Error);
        this.#drop(task);
      };
      const settled = (): void => signal.removeEventListener('abort', onAbort);
      const task: Task<Job, Answer> = {
        job,
        cost,
        owner,
        resolve(answer) {
          settled();
          resolve(answer);
        },
        reject(error) {
          settled();
          reject(error as Error);
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(task);
      this.#dispatchSoon();
    });
  }

  /** Ends all threads; what is open fails. Resolves when none is left. */
  async close(): Promise<void> {
    this.#fail(new Error('The pool of workers was closed.'));
    await Promise.all(this.#ending);
  }

  #openThread(): PoolThread<Job> {
    const thread: PoolThread<Job> = this.#open({
      answered: (answer) => {
        const task = this.#running.get(thread);
        if (task === undefined) return;
        this.#running.delete(thread);
        this.#idle.push(thread);
        task.resolve(answer);
        this.#dispatchSoon();
      },
      ended: (error) => this.#fail(error),
    });
    return thread;
  }

  /** Later in this turn: whoever asks for, or aborts, many jobs at once is heard to the end first. */
  #dispatchSoon(): void {
    queueMicrotask(() => this.#dispatch());
  }

  #dispatch(): void {
    if (this.#failure !== undefined || this.#waiting.length === 0) return;
    this.#waiting.sort((a, b) => b.cost - a.cost);
    while (this.#waiting.length > 0) {
      if (this.#idle.length === 0 && this.#running.size === this.#size) return;
      const thread = this.#idle.pop() ?? this.#openThread();
      const task = this.#takeFor(thread);
      this.#running.set(thread, task);
      this.#homes.set(task.owner, thread);
      try {
        thread.run(task.job);
      } catch (error) {
        this.#running.delete(thread);
        this.#idle.push(thread);
        task.reject(error);
      }
    }
  }

  /** Takes the next job for a thread out of the queue, which is in order. */
  #takeFor(thread: PoolThread<Job>): Task<Job, Answer> {
    const enough = LARGE * this.#waiting[0].cost;
    const welcome = this.#waiting.findIndex(
      ({ owner, cost }) => cost >= enough && (this.#homes.get(owner) ?? thread) === thread,
    );
    return this.#waiting.splice(Math.max(0, welcome), 1)[0];
  }

  #drop(task: Task<Job, Answer>): void {
    this.#waiting = this.#waiting.filter((other) => other !== task);
    for (const [thread, running] of this.#running) {
      if (running !== task) continue;
      this.#running.delete(thread);
      this.#end(thread);
      this.#dispatchSoon();
    }
  }

  #end(thread: PoolThread<Job>): void {
    for (const [owner, home] of this.#homes) if (home === thread) this.#homes.delete(owner);
    const ending: Promise<void> = thread.terminate().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  #fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    const tasks = [...this.#waiting, ...this.#running.values()];
    const threads = [...this.#idle, ...this.#running.keys()];
    this.#waiting = [];
    this.#idle.length = 0;
    this.#running.clear();
    for (const thread of threads) this.#end(thread);
    for (const task of tasks) task.reject(error);
  }
}
