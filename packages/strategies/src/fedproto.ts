import { prototypeScores } from '@protonorm/prototype-math';
import { choice, defineStrategy, number, reduce, t } from '@protonorm/strategy';
import type { Prototypes } from '@protonorm/tensor';
import { keepAbsentClasses } from './building-blocks/keep-absent-classes.ts';
import { prototypeSourceHyper, trainAndCollect } from './building-blocks/prototype-source.ts';

/**
 * Federated prototype learning: clients send class means and pull their features to the mean of everybody's.
 *
 * Source: Tan et al., arXiv 2105.00243; HtFLlib `clientproto.py`, `serverproto.py`. The paper weights the mean by samples
 * (Eq. 6), the released code does not: `weighting` offers both, the code's is the default.
 */
export const fedProto = defineStrategy({
  id: 'fedproto',
  version: 1,
  summary:
    'Clients send class prototypes; the server averages them; clients pull their features to the averages.',
  hyper: {
    lambda: number(10, { min: 0, max: 1e6, description: 'Weight of the pull to the global prototypes.' }),
    weighting: choice('uniform', ['uniform', 'samples'], {
      description:
        'How clients count in the mean of a class: all the same (as released) or by samples (the paper).',
    }),
    prototypeSource: prototypeSourceHyper('during-training'),
  },
  down: { prototypes: t.prototypes('d') },
  up: { prototypes: t.prototypes('d') },
  capabilities: { asyncSafe: true, headsMayDiffer: true },
  client: {
    init: () => null,
    async round(context) {
      const { down, hyper } = context;
      const { prototypes, training } = await trainAndCollect(context, {
        terms: [
          { kind: 'crossEntropy' },
          ...(down ? [{ kind: 'pull' as const, prototypes: down.prototypes, weight: hyper.lambda }] : []),
        ],
        source: hyper.prototypeSource,
      });
      return { up: prototypes ? { prototypes } : null, state: null, metrics: { loss: training.meanLoss } };
    },
    scores: ({ down, federation }, { features }) =>
      down ? prototypeScores(features, down.prototypes, federation.classes) : null,
  },
  server: {
    init: () => ({ state: { previous: null as Prototypes | null }, down: undefined }),
    reduce: (hyper) => reduce.meanByClass('prototypes', { weighting: hyper.weighting }),
    finish({ reduced, state }) {
      const prototypes = keepAbsentClasses(reduced, state.previous);
      return { state: { previous: prototypes }, down: { prototypes } };
    },
  },
});
