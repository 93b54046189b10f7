import type { ClientReply, ClientTask } from '../task/task.ts';

/**
 * The way from the round engine to its clients: memory, WebSocket, NATS.
 *
 * A request is answered at most once. It rejects with `client-failed` when there is no such client or it is gone, with
 * `timeout` when the transport's own time limit has passed, with the error of the client (its code and message) when the
 * client failed, and at once with the signal's reason when it is aborted; nothing hangs. Requests to different clients run
 * beside each other, bytes arrive as they were sent, and nothing stays attached to the signal behind the answer.
 *
 * Every transport passes `testTransport` of `@protonorm/protocol/testkit`.
 */
export interface Transport {
  /** Ids of the clients that can be asked now, sorted by UTF-16 code units. */
  clients(): readonly string[];
  request(
    clientId: string,
    task: ClientTask,
    options: { readonly signal: AbortSignal },
  ): Promise<ClientReply>;
}
