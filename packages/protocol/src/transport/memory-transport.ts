import { ProtoNormError } from '@protonorm/tensor';
import type { ClientReply, ClientTask } from '../task/task.ts';
import type { Transport } from './transport.ts';

/**
 * Answers the tasks of one client. When the signal is aborted it should end soon; its answer is then no longer wanted.
 */
export type TaskHandler = (
  task: ClientTask,
  options: { readonly signal: AbortSignal },
) => Promise<ClientReply>;

/**
 * A transport to handlers in the same process; tasks and replies are handed over as they are, without a copy.
 *
 * @param handlers - a handler for each client id; the table is read once
 * @example
 * ```ts
 * import { createMemoryTransport } from '@protonorm/protocol';
 * const transport = createMemoryTransport(
 *   new Map([['ann', async ({ round }) => ({ clientId: 'ann', round, up: Uint8Array.of(7), metrics: {} })]]),
 * );
 * const task = { strategy: 'mine@1', round: 0, down: null, evaluate: false, train: true };
 * const { signal } = new AbortController();
 * transport.clients(); // => ['ann']
 * (await transport.request('ann', task, { signal })).up; // => Uint8Array.of(7)
 * ```
 */
export function createMemoryTransport(handlers: ReadonlyMap<string, TaskHandler>): Transport {
  const known = new Map(handlers);
  const ids: readonly string[] = [...known.keys()].sort();
  return {
    clients: () => ids,
    async request(clientId, task, { signal }) {
      signal.throwIfAborted();
      const handler = known.get(clientId);
      if (handler === undefined) {
        throw new ProtoNormError('client-failed', `There is no client '${clientId}'.`, {
          received: clientId,
          expected: ids,
        });
      }
      return settledOrAborted(handler(task, { signal }), signal);
    },
  };
}

/** Settles as the promise does, or rejects with the signal's reason as soon as it is aborted. */
function settledOrAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort(); // by the handler itself, before it gave its promise
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
