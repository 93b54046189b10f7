import { align, normalise, prototypeScores } from '@protonorm/prototype-math';
import { choice, defineStrategy, flag, integer, number, reduce, t } from '@protonorm/strategy';
import type { Prototypes } from '@protonorm/tensor';
import { keepAbsentClasses } from './building-blocks/keep-absent-classes.ts';
import { prototypeSourceHyper, trainAndCollect } from './building-blocks/prototype-source.ts';

/**
 * ProtoNorm as its released code does it: prototypes one round old, plain mean over clients, the alignment with its early
 * stop, targets 80 times the unit prototypes, prediction by the nearest unit prototype.
 *
 * Source: arXiv 2507.04310; regulationLee/ProtoNorm `clientprotonorm.py`, `serverprotonorm.py`. The paper speaks of a
 * Thomson problem; the code's force is the gradient of the logarithmic energy, not of Coulomb's. The paper weights nothing
 * by age; the code uploads the prototypes of the model before this round's training.
 */
export const protoNormReference = defineStrategy({
  id: 'protonorm-reference',
  version: 1,
  summary:
    'ProtoNorm as released: align the class prototypes on the unit sphere, pull features to 80 times of them.',
  hyper: {
    lambda: number(10, { min: 0, max: 1e6, description: 'Weight of the pull to the global prototypes.' }),
    pa: flag(true, { description: 'Prototype alignment: spread the prototypes on the unit sphere.' }),
    pu: flag(true, { description: 'Prototype upscaling: pull to `scale` times the prototypes.' }),
    scale: number(80, { min: 0, max: 1e6, description: 'Norm of the targets with upscaling.' }),
    method: choice('reference', ['reference', 'simplex'], {
      description: 'Alignment: the released iteration, or the nearest regular simplex in closed form.',
    }),
    iterations: integer(500, { min: 0, max: 1e6, description: 'Most passes of the alignment.' }),
    learningRate: number(0.1, { min: 0, max: 1e6, description: 'Step of the alignment.' }),
    momentum: number(0.9, { min: 0, max: 0.9999, description: 'Momentum of the alignment.' }),
    earlyStop: integer(10, {
      min: 0,
      max: 1e6,
      description: 'Passes of equal mean force (4 decimals) that end the alignment; 0 = never.',
    }),
    weighting: choice('uniform', ['uniform', 'samples'], {
      description: 'How clients count in the mean of a class: all the same (as released) or by samples.',
    }),
    prototypeSource: prototypeSourceHyper('before-training'),
  },
  down: { prototypes: t.prototypes('d') },
  up: { prototypes: t.prototypes('d') },
  capabilities: { asyncSafe: true, headsMayDiffer: true },
  client: {
    init: () => null,
    async round(context) {
      const { down, hyper } = context;
      const scale = hyper.pu ? hyper.scale : 1;
      const { prototypes, training } = await trainAndCollect(context, {
        terms: [
          { kind: 'crossEntropy' },
          ...(down
            ? [{ kind: 'pull' as const, prototypes: down.prototypes, weight: hyper.lambda, scale }]
            : []),
        ],
        source: hyper.prototypeSource,
      });
      return { up: prototypes ? { prototypes } : null, state: null, metrics: { loss: training.meanLoss } };
    },
    // The released rule compares with the unit prototypes; all norms are equal, so the scale would not change the winner.
    scores: ({ down, federation }, { features }) =>
      down ? prototypeScores(features, down.prototypes, federation.classes) : null,
  },
  server: {
    init: () => ({ state: { previous: null as Prototypes | null }, down: undefined }),
    reduce: (hyper) => reduce.meanByClass('prototypes', { weighting: hyper.weighting }),
    async finish({ reduced, state, hyper, signal }) {
      const aggregated = keepAbsentClasses(reduced, state.previous);
      const prototypes = await alignedPrototypes(aggregated, hyper, signal);
      return {
        state: { previous: aggregated },
        down: { prototypes },
        report: { prototypes: { aggregated } },
      };
    },
  },
});

async function alignedPrototypes(
  aggregated: Prototypes,
  hyper: {
    readonly pa: boolean;
    readonly method: 'reference' | 'simplex';
    readonly iterations: number;
    readonly learningRate: number;
    readonly momentum: number;
    readonly earlyStop: number;
  },
  signal: AbortSignal,
): Promise<Prototypes> {
  if (!hyper.pa) return normalise(aggregated);
  const { iterations, learningRate, momentum, earlyStop } = hyper;
  const { prototypes } =
    hyper.method === 'simplex'
      ? await align(aggregated, { method: 'simplex', signal })
      : await align(aggregated, {
          method: 'reference',
          iterations,
          learningRate,
          momentum,
          earlyStop: earlyStop === 0 ? false : earlyStop,
          signal,
        });
  return prototypes;
}
