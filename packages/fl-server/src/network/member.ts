import type { ClientReply, ClientTask, MessageConnection } from '@protonorm/protocol';

/** A request of the engine that is open. */
export interface Pending {
  readonly taskId: string;
  readonly task: ClientTask;
  /** A reply is being kept: another one waits for it. */
  saving: boolean;
  readonly resolve: (reply: ClientReply) => void;
  readonly reject: (error: unknown) => void;
}

/** A client that was admitted, here or not. */
export interface Member {
  connection: MessageConnection | undefined;
  pending: Pending | undefined;
  left: boolean;
  /** Task and round that were answered last. */
  answered: { readonly taskId: string; readonly round: number } | undefined;
}

/** Sends a client what is asked of it. */
export function sendTask(connection: MessageConnection, { taskId, task }: Pending): void {
  const { round, strategy, evaluate, train, down } = task;
  connection.send({
    type: 'task',
    header: { task: taskId, round, strategy, evaluate, train, hasDown: down !== null },
    ...(down !== null && { body: down }),
  });
}

/** Opens a request: a member that is here gets it now, one that is away when it is back. */
export function ask(
  member: Member,
  request: { readonly taskId: string; readonly task: ClientTask; readonly signal: AbortSignal },
): Promise<ClientReply> {
  const { taskId, task, signal } = request;
  return new Promise<ClientReply>((resolve, reject) => {
    const settle = (): void => {
      signal.removeEventListener('abort', onAbort);
      if (member.pending === pending) member.pending = undefined;
    };
    const onAbort = (): void => {
      settle();
      member.connection?.send({ type: 'cancel', header: { task: taskId } });
      reject(signal.reason as Error);
    };
    const pending: Pending = {
      taskId,
      task,
      saving: false,
      resolve(reply) {
        settle();
        resolve(reply);
      },
      reject(error) {
        settle();
        reject(error as Error);
      },
    };
    member.pending = pending;
    signal.addEventListener('abort', onAbort, { once: true });
    if (member.connection !== undefined) sendTask(member.connection, pending);
  });
}
