import type { ClientReply, ClientTask } from '@protonorm/protocol';
import { ProtoNormError } from '@protonorm/tensor';

/**
 * Checks that a reply is one to its task, with numbers that can be; its upload is looked at later.
 *
 * @throws `schema-violation`
 */
export function checkReply(reply: ClientReply, task: ClientTask, clientId: string): void {
  const fail = (problem: string, received: unknown): never => {
    throw new ProtoNormError('schema-violation', `The reply of ${clientId} ${problem}.`, { received });
  };
  if (typeof reply !== 'object' || reply === null) fail('is no object', reply);
  if (reply.clientId !== clientId) fail(`is of '${reply.clientId}'`, reply.clientId);
  if (reply.round !== task.round) fail(`is of round ${reply.round} instead of ${task.round}`, reply.round);
  if (reply.up !== null && !(reply.up instanceof Uint8Array))
    fail('has an upload that is no bytes', reply.up);
  if (reply.up !== null && !task.train) fail('has an upload that nobody asked for', reply.up.length);
  const { evaluation, metrics } = reply;
  if (evaluation !== undefined) {
    const { samples, correct, correctByLogits } = evaluation;
    if (!Number.isSafeInteger(samples) || samples < 1) fail(`evaluated ${samples} samples`, samples);
    for (const [name, count] of Object.entries({ correct, correctByLogits })) {
      if (!Number.isInteger(count) || count < 0 || count > samples) {
        fail(`has ${name} = ${count} of ${samples} samples`, count);
      }
    }
  }
  if (typeof metrics !== 'object' || metrics === null) fail('has no metrics', metrics);
  for (const [name, value] of Object.entries(metrics)) {
    if (!Number.isFinite(value)) fail(`has the metric '${name}' = ${value}`, value);
  }
}
