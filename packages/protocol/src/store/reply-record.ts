import type { ClientReply, EvaluationCounts } from '../task/task.ts';

/**
 * What is in a reply beside its bytes, as JSON: `evaluation` and `metrics`. Numbers come back to the bit; those that JSON
 * does not have (-0, NaN, infinities) are texts.
 *
 * @example
 * ```ts
 * import { encodeReplyRecord } from '@protonorm/protocol/store-kit';
 * const reply = { clientId: 'a', round: 0, up: null, metrics: { loss: 0.5, change: -0 } };
 * encodeReplyRecord(reply); // => '{"metrics":{"loss":0.5,"change":"-0"}}'
 * ```
 */
export function encodeReplyRecord({ evaluation, metrics }: ClientReply): string {
  return JSON.stringify({
    ...(evaluation !== undefined && { evaluation: withTexts(evaluation) }),
    metrics: withTexts(metrics),
  });
}

/**
 * The reply again, of what {@link encodeReplyRecord} wrote and of what is kept beside it.
 *
 * @example
 * ```ts
 * import { decodeReplyRecord } from '@protonorm/protocol/store-kit';
 * const reply = decodeReplyRecord('{"metrics":{"change":"-0"}}', { clientId: 'a', round: 0, up: null });
 * Object.is(reply.metrics.change, -0); // => true
 * ```
 */
export function decodeReplyRecord(
  json: string,
  { clientId, round, up }: Pick<ClientReply, 'clientId' | 'round' | 'up'>,
): ClientReply {
  const { evaluation, metrics } = JSON.parse(json) as {
    readonly evaluation?: Numbers;
    readonly metrics: Numbers;
  };
  return {
    clientId,
    round,
    ...(evaluation !== undefined && { evaluation: withNumbers(evaluation) as unknown as EvaluationCounts }),
    up,
    metrics: withNumbers(metrics),
  };
}

type Numbers = Readonly<Record<string, number | string>>;

function withTexts(numbers: object): Numbers {
  return Object.fromEntries(
    Object.entries(numbers as Readonly<Record<string, number>>).map(([name, value]) => [
      name,
      Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : String(value),
    ]),
  );
}

function withNumbers(numbers: Numbers): Record<string, number> {
  return Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Number(value)]));
}
