import { dimensionSigns, overlapSigns, prototypeScores } from '@protonorm/prototype-math';
import { defineStrategy, reduce, t } from '@protonorm/strategy';
import type { Prototypes } from '@protonorm/tensor';
import { keepAbsentClasses } from '../building-blocks/keep-absent-classes.ts';
import { gatherOwnClasses, noOwnClasses, ownClassScores } from '../building-blocks/own-classes.ts';
import { pooledScores } from '../building-blocks/pooled-scores.ts';
import { trainAndCollect } from '../building-blocks/prototype-source.ts';
import { protoNormHyper, type ProtoNormDefaults } from './hyperparameters.ts';
import { PULL_SUMS, PullWatch, readPullReport, type PullReport } from './pull-report.ts';
import { targetsOf, type ProtoNormValues } from './targets.ts';
import { adaptiveNorm, clientScale, pullRatioOf, pullSigns, pullWeight } from './upscaling.ts';

/**
 * ProtoNorm as its released code does it: prototypes one round old, plain mean over clients, the alignment with its early
 * stop, targets 80 times the unit prototypes, prediction by the nearest unit prototype.
 *
 * Source: arXiv 2507.04310; regulationLee/ProtoNorm `clientprotonorm.py`, `serverprotonorm.py`. The paper speaks of a
 * Thomson problem; the code's force is the gradient of the logarithmic energy, not of Coulomb's. The paper weights nothing
 * by age; the code uploads the prototypes of the model before this round's training. Beside the prototypes, eleven sums
 * go up that only the warnings and adaptive upscaling use.
 */
export const protoNormReference = defineProtoNorm({
  id: 'protonorm-reference',
  version: 1,
  summary:
    'ProtoNorm as released: prototypes spread on the unit sphere, features pulled to 80 times of them.',
  defaults: {
    around: 'origin',
    scale: 80,
    lambdaFeatures: 0,
    method: 'reference',
    prototypeSource: 'before-training',
    rule: 'prototype',
  },
});

/**
 * ProtoNorm with the defaults that we found to be better: prototypes of the trained model, the exact alignment around
 * their mean (so that features that end in a ReLU can reach it) at the radius that moves them least, and a prediction by
 * the head and by the client's own classes together. Each choice is measured in docs/adr/0006-protonorm-2.md.
 */
export const protoNorm = defineProtoNorm({
  id: 'protonorm',
  version: 2,
  summary:
    'ProtoNorm: prototypes spread evenly around their mean, within reach of the features; prediction by client.',
  defaults: {
    around: 'mean',
    scale: 1,
    lambdaFeatures: 128,
    method: 'auto',
    prototypeSource: 'after-training',
    rule: 'both',
  },
});

/** What the server keeps between rounds. */
type ServerState = {
  /** Means by class, with those of classes whose clients were absent. */
  readonly previous: Prototypes | null;
  readonly targets: Prototypes | null;
  /** Rounds in which clients pulled. */
  readonly pulls: number;
  /** Mean cross entropy of the first round; null before it. */
  readonly firstCrossEntropy: number | null;
  /** The cross entropy's gradient by the features at the beginning; null where it was not measured. */
  readonly crossEntropyGradient: number | null;
};

const BEGINNING: ServerState = {
  previous: null,
  targets: null,
  pulls: 0,
  firstCrossEntropy: null,
  crossEntropyGradient: null,
};

function defineProtoNorm(options: {
  readonly id: string;
  readonly version: number;
  readonly summary: string;
  readonly defaults: ProtoNormDefaults;
}) {
  const { defaults, ...name } = options;
  return defineStrategy({
    ...name,
    hyper: protoNormHyper(defaults),
    down: {
      prototypes: t.prototypes('d'),
      /** Norm of the targets by adaptive upscaling around the origin. */
      scale: t.optional(t.scalar({ min: 0 })),
    },
    up: {
      prototypes: t.prototypes('d'),
      /** Sums of {@link PullWatch}. */
      pull: t.tensor([PULL_SUMS]),
    },
    capabilities: { asyncSafe: true, headsMayDiffer: true },
    client: {
      init: ({ federation }) => noOwnClasses(federation.features),
      async round(context) {
        const { down, hyper, federation, learner, round } = context;
        const own = usesOwnClasses(hyper) ? gatherOwnClasses(federation.features) : undefined;
        const scale = clientScale(hyper, down?.scale, learner.plan.spec);
        const watch = await PullWatch.begin(learner, down && { targets: down.prototypes, scale });
        const { prototypes, training } = await trainAndCollect(context, {
          terms: [
            { kind: 'crossEntropy' },
            ...(down
              ? [
                  {
                    kind: 'pull' as const,
                    prototypes: down.prototypes,
                    weight: pullWeight(hyper, round, federation.features),
                    scale,
                  },
                ]
              : []),
          ],
          source: hyper.prototypeSource,
          onBatch: (step, { labels }) => watch.onStep(step, labels),
          ...(own && { onTrainedFeatures: own.add }),
        });
        const state = own ? own.result() : context.state;
        if (own) watch.spread(state.meanSquaredDistance / federation.features, state.samples);
        return {
          up: prototypes ? { prototypes, pull: watch.sums() } : null,
          state,
          metrics: { loss: training.meanLoss },
        };
      },
      // The released rule compares with unit prototypes; all norms are equal, so the scale would not change the winner.
      scores({ down, federation: { classes }, hyper, state }, { features, logits }) {
        if (hyper.rule === 'logits') return logits;
        if (down === undefined) return null;
        if (hyper.rule === 'prototype') return prototypeScores(features, down.prototypes, classes);
        const scores = ownClassScores(features, { own: state, prototypes: down.prototypes, classes });
        return hyper.rule === 'both' ? pooledScores(logits, scores, classes) : scores;
      },
    },
    server: {
      init: () => ({ state: BEGINNING, down: undefined }),
      reduce: (hyper) =>
        reduce.combine({
          prototypes: reduce.meanByClass('prototypes', { weighting: hyper.weighting }),
          pull: reduce.sum('pull'),
        }),
      finish({ reduced, state, hyper, rng, round, signal }) {
        const pull = readPullReport(reduced.pull);
        const aggregated = keepAbsentClasses(reduced.prototypes, state.previous);
        const crossEntropyGradient = state.crossEntropyGradient ?? pull.crossEntropyGradient ?? null;
        const norm = adaptiveNorm(hyper, { aggregated, crossEntropyGradient, spread: pull.spread });
        const { prototypes, geometry } = targetsOf(aggregated, hyper, {
          previous: state.targets,
          radius: norm,
          round,
          rng: rng.split('align'),
          signal,
        });
        const pulls = state.pulls + (pull.relativeError === undefined ? 0 : 1);
        const pullRatio = pullRatioOf(pull, {
          weight: pullWeight(hyper, round, aggregated.dim),
          dim: aggregated.dim,
          crossEntropyGradient,
        });
        return {
          state: {
            previous: aggregated,
            targets: prototypes,
            pulls,
            firstCrossEntropy: state.firstCrossEntropy ?? pull.crossEntropy ?? null,
            crossEntropyGradient,
          },
          down: { prototypes, ...(norm !== undefined && hyper.around === 'origin' && { scale: norm }) },
          report: {
            prototypes: { aggregated },
            metrics: metricsOf(pull, { norm, maxCosine: geometry?.maxCosine ?? undefined, pullRatio }),
            warnings: [
              ...(geometry ? overlapSigns(geometry) : []),
              ...pullSigns(pull, { pulls, firstCrossEntropy: state.firstCrossEntropy, pullRatio }),
              ...(state.previous === null
                ? dimensionSigns({ classes: aggregated.classes.length, dim: aggregated.dim })
                : []),
            ],
          },
        };
      },
    },
  });
}

function usesOwnClasses({ rule }: ProtoNormValues): boolean {
  return rule === 'own-classes' || rule === 'both';
}

function metricsOf(
  { crossEntropy, relativeError, crossEntropyGradient, spread }: PullReport,
  own: Readonly<Record<'norm' | 'maxCosine' | 'pullRatio', number | undefined>>,
): Record<string, number> {
  const { norm, maxCosine, pullRatio } = own;
  const all = {
    crossEntropy,
    relativeError,
    crossEntropyGradient,
    spread,
    targetNorm: norm,
    maxCosine,
    pullRatio,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}
