import { defineStrategy, number, reduce, t, trainLocally } from '@protonorm/strategy';

/**
 * FedAvg with a proximal term: each step adds mu (w - w_global) to the gradient.
 *
 * Source: Li et al., arXiv 1812.06127, Eq. 2; PFLlib `clientprox.py` (whose default mu is 0, which is FedAvg; ours is 0.01).
 */
export const fedProx = defineStrategy({
  id: 'fedprox',
  version: 1,
  summary: 'FedAvg that keeps clients near the global model by a proximal term.',
  hyper: {
    mu: number(0.01, { min: 0, max: 1e3, description: 'Strength of the pull to the global parameters.' }),
  },
  down: { parameters: t.tensor(['P']) },
  up: { parameters: t.tensor(['P']), samples: t.scalar({ min: 1, integer: true }) },
  capabilities: { sameModel: true, asyncSafe: true },
  client: {
    init: () => null,
    async receive({ learner, down }) {
      if (down !== undefined) await learner.write('all', down.parameters);
    },
    async round(context) {
      const { hyper, down, data, learner } = context;
      const proximal = down && { proximal: { weight: hyper.mu, reference: down.parameters } };
      const { meanLoss } = await trainLocally(context, { terms: [{ kind: 'crossEntropy' }], ...proximal });
      const up = data.length === 0 ? null : { parameters: await learner.read('all'), samples: data.length };
      return { up, state: null, metrics: { loss: meanLoss } };
    },
    scores: (_context, { logits }) => logits,
  },
  server: {
    init: ({ federation }) => ({ state: null, down: { parameters: federation.commonModel!.parameters } }),
    reduce: reduce.weightedMean('parameters', 'samples'),
    finish: ({ reduced }) => ({ state: null, down: { parameters: reduced } }),
  },
});
