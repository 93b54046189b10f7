import type { Transport } from '@protonorm/protocol';
import { ProtoNormError, type Rng } from '@protonorm/tensor';

/**
 * A transport whose clients are away in some rounds: each one with the given probability, drawn from the seed.
 *
 * Who is away fails with `client-failed`: he neither trains nor is he evaluated. Tasks without training always arrive.
 *
 * @param options - `rate`: probability in [0, 1), 0 gives the transport itself; `rng`: the run's root stream
 * @throws `invalid-argument`
 * @example
 * ```ts
 * import { createMemoryTransport } from '@protonorm/protocol';
 * import { withDropOuts } from '@protonorm/simulation';
 * import { createRng } from '@protonorm/tensor';
 * const ann = async ({ round }) => ({ clientId: 'ann', round, up: null, metrics: {} });
 * const transport = withDropOuts(createMemoryTransport(new Map([['ann', ann]])), { rate: 0.3, rng: createRng(2) });
 * let answers = 0;
 * for (let round = 0; round < 100; round++) {
 *   const task = { strategy: 'local@1', round, down: null, evaluate: false, train: true };
 *   await transport.request('ann', task, { signal: new AbortController().signal }).then(() => answers++, () => {});
 * }
 * answers > 55 && answers < 85; // => true
 * ```
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
