import type { ClientTask } from '@protonorm/protocol';
import { defineStrategy, reduce, t, type AnyStrategy, type Strategy } from '@protonorm/strategy';
import { toyFederation } from '@protonorm/strategy/testkit';
import { createRng, type Backend, type Learner } from '@protonorm/tensor';
import type { FederationClientOptions } from './federation-client.ts';

type ClientPart = AnyStrategy['client'];

/** A strategy that counts its rounds in its state and sends the count; parts of it can be replaced. */
export function countingStrategy(
  client: Partial<ClientPart> = {},
  changes: Partial<AnyStrategy> = {},
): AnyStrategy {
  const strategy = defineStrategy({
    id: 'counting',
    version: 2,
    summary: 'Counts its rounds.',
    hyper: {},
    down: { offset: t.tensor(['d']) },
    up: { rounds: t.scalar({ min: 0, max: 100, integer: true }) },
    capabilities: { headsMayDiffer: true },
    client: {
      init: () => ({ rounds: 0 }),
      round: ({ state }) => ({ up: { rounds: state.rounds + 1 }, state: { rounds: state.rounds + 1 } }),
      scores: (_, { logits }) => logits,
    },
    server: {
      init: () => ({ state: null, down: undefined }),
      reduce: reduce.nothing(),
      finish: () => ({ state: null, down: undefined }),
    },
  }) as unknown as Strategy;
  return { ...strategy, ...changes, client: { ...strategy.client, ...client } } as AnyStrategy;
}

export const task: ClientTask = {
  strategy: 'counting@2',
  round: 0,
  down: null,
  evaluate: false,
  train: true,
};

export const calm = { signal: new AbortController().signal };

/** All that a client of the toy federation needs; the backend disposes of its learner. */
export async function clientOptions(
  backend: Backend,
  strategy: AnyStrategy = countingStrategy(),
  index = 0,
): Promise<FederationClientOptions & { readonly learner: Learner }> {
  const { federation, clients, local } = toyFederation(strategy.capabilities);
  const { id, spec, parameters, train, test } = clients[index];
  if (typeof train === 'function') throw new Error('The toy federation has fixed samples.');
  return {
    id,
    strategy,
    federation,
    learner: await backend.createLearner(spec, { parameters }),
    createLearner: (model, initial) => backend.createLearner(model, initial),
    train,
    test,
    local,
    rng: createRng('client tests'),
  };
}
