import type { ClientReply, ClientTask } from '../task/task.ts';

/**
 * The way from the round engine to its clients: memory, WebSocket, NATS.
 *
 * A request is answered at most once. It rejects with `client-failed` when the client is gone or failed, with `timeout`
 * when it did not answer in time, and with the signal's reason when it was aborted; nothing hangs.
 */
export interface Transport {
  /** Ids of the clients that can be asked now, sorted. */
  clients(): readonly string[];
  request(
    clientId: string,
    task: ClientTask,
    options: { readonly signal: AbortSignal },
  ): Promise<ClientReply>;
}
