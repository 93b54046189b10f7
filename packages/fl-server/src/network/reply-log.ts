import type { ClientReply } from '@protonorm/protocol';

/** Where replies are kept before they are acknowledged; a `FederationStore` is one. */
export interface ReplyLog {
  /** Durable when it resolves; the first reply of a client to a task stays. */
  saveReply(taskId: string, reply: ClientReply): Promise<'saved' | 'known'>;
  loadReplies(round: number): Promise<readonly { readonly taskId: string; readonly reply: ClientReply }[]>;
}

/** Replies in memory: lost with the process. */
export function createMemoryReplyLog(): ReplyLog {
  const rounds = new Map<number, Map<string, { taskId: string; reply: ClientReply }>>();
  return {
    async saveReply(taskId, reply) {
      for (const round of rounds.keys()) if (round < reply.round) rounds.delete(round);
      const replies = rounds.get(reply.round) ?? new Map<string, { taskId: string; reply: ClientReply }>();
      rounds.set(reply.round, replies);
      const key = `${reply.clientId}\n${taskId}`;
      if (replies.has(key)) return 'known';
      replies.set(key, { taskId, reply });
      return 'saved';
    },
    async loadReplies(round) {
      return [...(rounds.get(round)?.values() ?? [])];
    },
  };
}
