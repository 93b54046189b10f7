import { ProtoNormError, type Awaitable } from '@protonorm/tensor';

/** How the calls of {@link createGroupCommit} reach a database. */
export interface GroupCommitOptions<Transaction> {
  /**
   * Runs a body in a transaction: resolves when it is durable; rejects when nothing of it is kept. The body may run
   * several times, of which the last one counts.
   */
  readonly transact: <T>(body: (transaction: Transaction) => Promise<T>) => Promise<T>;
  /**
   * Tells whether one call may be the cause of a failure, so that the calls of the transaction are tried one by one; for
   * a database that is not there, all fail at once.
   */
  readonly separable: (error: unknown) => boolean;
  /** Awaited before a transaction begins, for calls to come together. @defaultValue none */
  readonly gather?: () => Promise<void>;
  /**
   * Begin all calls of a transaction at once, in their order, for databases that take statements without waiting for the
   * answers to those before. @defaultValue false: one after the other
   */
  readonly together?: boolean;
  /** Most calls in a transaction. @defaultValue 256 */
  readonly most?: number;
}

/** Calls that share transactions. */
export interface GroupCommit<Transaction> {
  /** Queues a call behind the others; settles as it does, when its transaction is durable. @throws `disposed` */
  run<T>(call: (transaction: Transaction) => Awaitable<T>): Promise<T>;
  /** Refuses further calls, and resolves when all others have settled. */
  close(): Promise<void>;
}

/**
 * Group commit: calls that wait while a transaction is made durable share the next one, in their order, so that the disk is
 * waited for once for all of them. One that fails does not fail the others.
 *
 * @example
 * ```ts
 * import { createGroupCommit } from '@protonorm/protocol/store-kit';
 * const kept: number[] = [];
 * let transactions = 0;
 * const commits = createGroupCommit<number[]>({
 *   transact: (body) => (transactions++, body(kept)),
 *   separable: () => true,
 * });
 * await Promise.all([1, 2, 3].map((value) => commits.run((list) => list.push(value))));
 * kept; // => [1, 2, 3]
 * transactions; // => 1
 * ```
 */
export function createGroupCommit<Transaction>(
  options: GroupCommitOptions<Transaction>,
): GroupCommit<Transaction> {
  const { transact, separable, gather, together = false, most = 256 } = options;
  interface Waiting {
    readonly call: (transaction: Transaction) => Awaitable<unknown>;
    readonly resolve: (value: unknown) => void;
    readonly reject: (error: unknown) => void;
  }
  const waiting: Waiting[] = [];
  let working: Promise<void> | undefined;
  let closed = false;

  const commit = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const results = await transact(async (transaction) => {
        if (together) return all(batch.map(async ({ call }) => call(transaction)));
        const values: unknown[] = [];
        for (const { call } of batch) values.push(await call(transaction));
        return values;
      });
      batch.forEach(({ resolve }, i) => resolve(results[i]));
    } catch (error) {
      if (batch.length > 1 && separable(error)) for (const one of batch) await commit([one]);
      else for (const { reject } of batch) reject(error);
    }
  };
  const work = async (): Promise<void> => {
    while (waiting.length > 0) {
      await gather?.();
      await commit(waiting.splice(0, most));
    }
    working = undefined;
  };

  return {
    run<T>(call: (transaction: Transaction) => Awaitable<T>): Promise<T> {
      if (closed) return Promise.reject(new ProtoNormError('disposed', 'The store is closed.'));
      return new Promise<T>((resolve, reject) => {
        waiting.push({ call, resolve: resolve as (value: unknown) => void, reject });
        working ??= work();
      });
    },
    async close() {
      closed = true;
      await working;
    },
  };
}

/** Waits for all to have ended, so that none goes on behind the end of the transaction; throws what failed first. */
async function all<T>(calls: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(calls);
  return Promise.all(calls);
}
