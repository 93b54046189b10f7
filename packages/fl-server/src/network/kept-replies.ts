import type { ClientReply } from '@protonorm/protocol';
import type { ReplyLog } from './reply-log.ts';

/** Replies of the round that is on that were kept before this process. */
export class KeptReplies {
  readonly #log: ReplyLog;
  #round = -1;
  #replies: Promise<ReadonlyMap<string, ClientReply>> = Promise.resolve(new Map());

  constructor(log: ReplyLog) {
    this.#log = log;
  }

  /** The reply of a client to a task; undefined = none was kept. @throws what the log throws */
  async find(
    clientId: string,
    { taskId, round }: { readonly taskId: string; readonly round: number },
  ): Promise<ClientReply | undefined> {
    if (this.#round !== round) {
      this.#round = round;
      this.#replies = this.#load(round);
    }
    return (await this.#replies).get(keyOf(clientId, taskId));
  }

  async #load(round: number): Promise<ReadonlyMap<string, ClientReply>> {
    try {
      const all = await this.#log.loadReplies(round);
      return new Map(all.map(({ taskId, reply }) => [keyOf(reply.clientId, taskId), reply]));
    } catch (error) {
      if (this.#round === round) this.#round = -1; // the next request asks again
      throw error;
    }
  }
}

function keyOf(clientId: string, taskId: string): string {
  return `${clientId}\n${taskId}`;
}
