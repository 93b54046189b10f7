import { defineStrategy, reduce, t, trainLocally } from '@protonorm/strategy';

/**
 * Federated averaging of all parameters of one common model.
 *
 * Source: McMahan et al., arXiv 1602.05629, Algorithm 1; PFLlib `serveravg.py`. Parameters alone are averaged; running
 * statistics of batch normalisation stay with their client, as in PFLlib.
 */
export const fedAvg = defineStrategy({
  id: 'fedavg',
  version: 1,
  summary: 'Clients train one common model; the server averages its parameters by samples.',
  hyper: {},
  down: { parameters: t.tensor(['P']) },
  up: { parameters: t.tensor(['P']), samples: t.scalar({ min: 1, integer: true }) },
  capabilities: { sameModel: true, asyncSafe: true },
  client: {
    init: () => null,
    async receive({ learner, down }) {
      if (down !== undefined) await learner.write('all', down.parameters);
    },
    async round(context) {
      const { meanLoss } = await trainLocally(context, { terms: [{ kind: 'crossEntropy' }] });
      const samples = context.data.length;
      const up = samples === 0 ? null : { parameters: await context.learner.read('all'), samples };
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
