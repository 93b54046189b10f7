import type { ClientReply, ClientTask, RunEvent } from '@protonorm/protocol';
import { isMessageError } from '@protonorm/strategy';
import { isProtoNormError, type ProtoNormError } from '@protonorm/tensor';
import { askAll } from './ask-all.ts';
import { checkReply } from './check-reply.ts';
import type { EngineState } from './engine-state.ts';
import type { RunSetup } from './run-setup.ts';

/** What came back in a round. */
export interface CollectedRound {
  /** Of all clients that answered. */
  readonly replies: ReadonlyMap<string, ClientReply>;
  /** Decoded, of selected clients that have something to contribute. */
  readonly uploads: ReadonlyMap<string, unknown>;
  /** Clients without a good answer, with the code of the reason. */
  readonly failed: ReadonlyMap<string, string>;
}

/** Asks all clients to evaluate and the selected ones to train; tells what happens as it happens. */
export async function* collectRound(
  setup: RunSetup,
  where: {
    readonly state: EngineState;
    readonly clients: readonly string[];
    readonly selected: readonly string[];
  },
): AsyncGenerator<RunEvent, CollectedRound, void> {
  const { name, transport, signal, deadlineMs, clientErrors, codecs } = setup;
  const { round, down } = where.state;
  const replies = new Map<string, ClientReply>();
  const uploads = new Map<string, unknown>();
  const failed = new Map<string, string>();
  const training = new Set(where.selected);
  const tasks = new Map(
    where.clients.map((clientId): [string, ClientTask] => [
      clientId,
      { strategy: name, round, down, evaluate: true, train: training.has(clientId) },
    ]),
  );

  for await (const { clientId, reply, error } of askAll(transport, [...tasks], { signal, deadlineMs })) {
    const task = tasks.get(clientId)!;
    let problem: unknown = error;
    if (reply !== undefined) {
      try {
        checkReply(reply, task, clientId);
        replies.set(clientId, reply);
      } catch (refusal) {
        problem = refusal;
      }
    }
    if (!replies.has(clientId)) {
      const code = isProtoNormError(problem) ? problem.code : 'client-failed';
      const harmless = isProtoNormError(problem, 'client-failed') || isProtoNormError(problem, 'timeout');
      if (clientErrors === 'fail' && !harmless) throw problem;
      failed.set(clientId, code);
      const message = problem instanceof Error ? problem.message : String(problem);
      yield { type: 'client-failed', round, clientId, code, message };
      continue;
    }
    const bytes = replies.get(clientId)!.up;
    if (bytes !== null) {
      try {
        uploads.set(clientId, codecs.up.decode(bytes));
      } catch (refusal) {
        if (!isMessageError(refusal)) throw refusal;
        failed.set(clientId, (refusal as ProtoNormError).code);
        yield rejectedUpload(setup, { round, clientId, error: refusal as ProtoNormError });
        continue;
      }
    }
    yield { type: 'client-finished', round, clientId, trained: task.train, bytesUp: bytes?.length ?? 0 };
  }
  return { replies, uploads, failed };
}

/** The event of an upload that is left out. @throws the error itself where a failing client fails the run */
export function rejectedUpload(
  { clientErrors }: RunSetup,
  { round, clientId, error }: { round: number; clientId: string; error: ProtoNormError },
): RunEvent {
  if (clientErrors === 'fail') throw error;
  const { code, message } = error;
  return { type: 'upload-rejected', round, clientId, code, message };
}
