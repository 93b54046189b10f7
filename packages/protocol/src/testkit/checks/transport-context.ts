import type { ClientReply, ClientTask } from '../../task/task.ts';
import type { TaskHandler } from '../../transport/memory-transport.ts';
import type { Transport } from '../../transport/transport.ts';

/** What a check of transports works with. */
export interface TransportContext {
  /** Opens a transport to these handlers; the kit closes it. */
  open(handlers: Readonly<Record<string, TaskHandler>>): Promise<Transport>;
  /** Settles as the promise does; a ConformanceError when that takes too long. */
  within<T>(promise: Promise<T>, what: string): Promise<T>;
}

export const trainingTask: ClientTask = {
  strategy: 'conformance@1',
  round: 3,
  down: Uint8Array.of(1, 2, 3),
  evaluate: true,
  train: true,
};

/** A signal that nobody aborts. */
export const calm = (): AbortSignal => new AbortController().signal;

/** A handler that answers with an upload and nothing else. */
export const answers =
  (clientId: string, up: Uint8Array | null = null): TaskHandler =>
  async ({ round }): Promise<ClientReply> => ({ clientId, round, up, metrics: {} });

/** A handler that answers nothing until its signal is aborted, and tells when it was called and when aborted. */
export function silentHandler(): {
  readonly handler: TaskHandler;
  readonly called: Promise<void>;
  readonly aborted: Promise<void>;
} {
  const called = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  return {
    called: called.promise,
    aborted: aborted.promise,
    handler: (_, { signal }) =>
      new Promise((_resolve, reject) => {
        called.resolve();
        signal.addEventListener(
          'abort',
          () => {
            aborted.resolve();
            reject(signal.reason as Error);
          },
          { once: true },
        );
      }),
  };
}

/** A signal that counts what listens to it. */
export function countingSignal(): { readonly signal: AbortSignal; readonly listeners: () => number } {
  const { signal } = new AbortController();
  const listening = new Set<unknown>();
  const { addEventListener, removeEventListener } = signal;
  Object.assign(signal, {
    addEventListener(...args: Parameters<typeof addEventListener>) {
      listening.add(args[1]);
      addEventListener.apply(signal, args);
    },
    removeEventListener(...args: Parameters<typeof removeEventListener>) {
      listening.delete(args[1]);
      removeEventListener.apply(signal, args);
    },
  });
  return { signal, listeners: () => listening.size };
}
