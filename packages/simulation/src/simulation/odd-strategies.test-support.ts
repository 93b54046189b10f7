import { defineStrategy, reduce, type AnyStrategy } from '@protonorm/strategy';
import { ProtoNormError } from '@protonorm/tensor';

/** A strategy that does nothing but what its round does. */
function odd(id: string, round: (clientId: string) => unknown): AnyStrategy {
  return defineStrategy({
    id,
    version: 1,
    summary: 'For tests of what can go wrong.',
    hyper: {},
    down: {},
    up: {},
    capabilities: { headsMayDiffer: true },
    client: {
      init: () => null,
      async round({ clientId }) {
        await round(clientId);
        return { up: null, state: null };
      },
      scores: (_, { logits }) => logits,
    },
    server: {
      init: () => ({ state: null, down: undefined }),
      reduce: reduce.nothing(),
      finish: () => ({ state: null, down: undefined }),
    },
  });
}

/** What can go wrong in a worker, most of it at one client. */
export const oddStrategies: Readonly<Record<string, AnyStrategy>> = {
  // Computes for ever, without listening to anybody.
  endless: odd('endless', () => {
    for (;;);
  }),
  // Ends its process, which in a worker is its thread.
  exits: odd('exits', (clientId) => {
    if (clientId === 'client-1') process.exit(3);
  }),
  // Has an error that nobody can catch.
  'throws-later': odd('throws-later', (clientId) => {
    if (clientId !== 'client-1') return undefined;
    setTimeout(() => {
      throw new RangeError('nobody catches this');
    }, 1);
    return new Promise(() => {});
  }),
  fails: odd('fails', (clientId) => {
    if (clientId === 'client-1')
      throw new ProtoNormError('diverged', 'The loss is NaN.', { hint: 'Go slower.' });
  }),
  half: { id: 'half' } as AnyStrategy,
};
