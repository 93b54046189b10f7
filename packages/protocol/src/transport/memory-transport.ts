import { ProtoNormError } from '@protonorm/tensor';
import type { ClientReply, ClientTask } from '../task/task.ts';
import type { Transport } from './transport.ts';

/** Answers the tasks of one client. */
export type TaskHandler = (
  task: ClientTask,
  options: { readonly signal: AbortSignal },
) => Promise<ClientReply>;

/**
 * A transport to handlers in the same process; bytes are handed over as they are.
 *
 * @param handlers - a handler for each client id
 */
export function createMemoryTransport(handlers: ReadonlyMap<string, TaskHandler>): Transport {
  const ids = [...handlers.keys()].sort();
  return {
    clients: () => ids,
    async request(clientId, task, { signal }) {
      signal.throwIfAborted();
      const handler = handlers.get(clientId);
      if (handler === undefined) {
        throw new ProtoNormError('client-failed', `There is no client '${clientId}'.`, {
          received: clientId,
          expected: ids,
        });
      }
      return abortable(handler(task, { signal }), signal);
    },
  };
}

/** Settles as the promise does, or rejects with the signal's reason as soon as it is aborted. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
