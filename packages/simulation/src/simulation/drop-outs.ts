import type { Transport } from '@protonorm/protocol';
import { ProtoNormError, type Rng } from '@protonorm/tensor';

/**
 * A transport whose clients are away in some rounds: each one with the given probability, drawn from the seed.
 *
 * @param rate - probability in [0, 1); 0 gives the transport itself
 */
export function withDropOuts(
  transport: Transport,
  options: { readonly rate: number; readonly rng: Rng },
): Transport {
  const { rate, rng } = options;
  if (!(rate >= 0 && rate < 1)) {
    throw new ProtoNormError(
      'invalid-argument',
      `The rate of drop-outs must be in [0, 1), received ${rate}.`,
      { received: rate },
    );
  }
  if (rate === 0) return transport;
  return {
    clients: () => transport.clients(),
    async request(clientId, task, requestOptions) {
      if (task.train && rng.split('drop-out', task.round, clientId).uniform() < rate) {
        throw new ProtoNormError('client-failed', `${clientId} has dropped out of round ${task.round}.`);
      }
      return transport.request(clientId, task, requestOptions);
    },
  };
}
