import type { ClientReply, ClientTask, Transport } from '@protonorm/protocol';
import { ProtoNormError } from '@protonorm/tensor';

/** What became of a client's task. */
export interface Answer {
  readonly clientId: string;
  readonly reply?: ClientReply;
  readonly error?: unknown;
}

/**
 * Asks all clients at once and yields their answers as they come: one for each client, at the latest at the deadline.
 *
 * An abort or the deadline ends what is still open at once, also on a transport that does not react. Whoever stops
 * listening ends the open requests too. Neither timers nor listeners are left behind.
 *
 * @param tasks - at most one for each client
 * @throws the signal's reason when it is aborted
 */
export async function* askAll(
  transport: Transport,
  tasks: readonly (readonly [string, ClientTask])[],
  options: { readonly signal: AbortSignal; readonly deadlineMs: number },
): AsyncGenerator<Answer, void, void> {
  const { signal, deadlineMs } = options;
  signal.throwIfAborted();
  const open = new Map<string, AbortController>();
  const answers: Answer[] = [];
  let wake: (() => void) | undefined;
  const settle = (answer: Answer): void => {
    if (!open.delete(answer.clientId)) return; // it came after the end of its time
    answers.push(answer);
    wake?.();
  };
  const endAll = (reasonFor: (clientId: string) => unknown): void => {
    for (const [clientId, controller] of open) {
      const error = reasonFor(clientId);
      settle({ clientId, error });
      controller.abort(error);
    }
  };
  const onAbort = (): void => {
    endAll(() => signal.reason);
    wake?.();
  };
  const late = (clientId: string): ProtoNormError =>
    new ProtoNormError('timeout', `${clientId} did not answer within ${deadlineMs} ms.`, {
      expected: deadlineMs,
    });
  const timer = deadlineMs === Infinity ? undefined : setTimeout(() => endAll(late), deadlineMs);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    // One signal for each request: many listeners on a single one would look like a leak.
    for (const [clientId] of tasks) open.set(clientId, new AbortController());
    for (const [clientId, task] of tasks) {
      const controller = open.get(clientId);
      if (controller === undefined) break; // aborted by asking the ones before
      request(transport, clientId, { task, signal: controller.signal }).then(
        (reply) => settle({ clientId, reply }),
        (error: unknown) => settle({ clientId, error }),
      );
    }
    for (let next = 0; next < tasks.length; next++) {
      if (next === answers.length) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
      signal.throwIfAborted();
      yield answers[next];
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    endAll(() => new ProtoNormError('client-failed', 'The round has ended without this client.'));
  }
}

/** Async, so that a transport that throws at once rejects as well. */
async function request(
  transport: Transport,
  clientId: string,
  { task, signal }: { readonly task: ClientTask; readonly signal: AbortSignal },
): Promise<ClientReply> {
  return transport.request(clientId, task, { signal });
}
