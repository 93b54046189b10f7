import { defineStrategy, reduce, type AnyStrategy } from '@protonorm/strategy';

/** A strategy that does nothing but what its round does. */
export function defineOdd(id: string, round: (clientId: string) => unknown): AnyStrategy {
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
