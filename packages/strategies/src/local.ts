import { defineStrategy, reduce, trainLocally } from '@protonorm/strategy';

/**
 * Local training without any exchange: the baseline that belongs into every table.
 *
 * Source: HtFLlib, `clientlocal.py`.
 */
export const local = defineStrategy({
  id: 'local',
  version: 1,
  summary: 'Each client trains alone; nothing is sent.',
  hyper: {},
  down: {},
  up: {},
  capabilities: { headsMayDiffer: true },
  client: {
    init: () => null,
    async round(context) {
      const { meanLoss } = await trainLocally(context, { terms: [{ kind: 'crossEntropy' }] });
      return { up: null, state: null, metrics: { loss: meanLoss } };
    },
    scores: (_context, { logits }) => logits,
  },
  server: {
    init: () => ({ state: null, down: undefined }),
    reduce: reduce.nothing(),
    finish: ({ state }) => ({ state, down: undefined }),
  },
});
