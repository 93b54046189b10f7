import {
  align,
  alignAroundMean,
  normalise,
  prototypeScores,
  type AlignOptions,
} from '@protonorm/prototype-math';
import { choice, defineStrategy, flag, integer, number, reduce, t } from '@protonorm/strategy';
import type { Prototypes, Rng } from '@protonorm/tensor';
import { keepAbsentClasses } from './building-blocks/keep-absent-classes.ts';
import { gatherOwnClasses, noOwnClasses, ownClassScores } from './building-blocks/own-classes.ts';
import {
  prototypeSourceHyper,
  trainAndCollect,
  type PrototypeSource,
} from './building-blocks/prototype-source.ts';
import { withoutZeroRows } from './building-blocks/without-zero-rows.ts';

/** Alignments that a round can wait for; see `align`. */
const alignmentChoices = ['auto', 'reference', 'simplex', 'orthoSimplices', 'anneal', 'orthant'] as const;

/** What distinguishes the two ProtoNorms: all of it can be set by hyperparameters. */
interface ProtoNormDefaults {
  readonly id: string;
  readonly summary: string;
  readonly around: 'origin' | 'mean';
  readonly scale: number;
  readonly method: 'auto' | 'reference';
  readonly prototypeSource: PrototypeSource;
  readonly rule: 'prototype' | 'own-classes';
}

/**
 * ProtoNorm as its released code does it: prototypes one round old, plain mean over clients, the alignment with its early
 * stop, targets 80 times the unit prototypes, prediction by the nearest unit prototype.
 *
 * Source: arXiv 2507.04310; regulationLee/ProtoNorm `clientprotonorm.py`, `serverprotonorm.py`. The paper speaks of a
 * Thomson problem; the code's force is the gradient of the logarithmic energy, not of Coulomb's. The paper weights nothing
 * by age; the code uploads the prototypes of the model before this round's training.
 */
export const protoNormReference = defineProtoNorm({
  id: 'protonorm-reference',
  summary:
    'ProtoNorm as released: prototypes spread on the unit sphere, features pulled to 80 times of them.',
  around: 'origin',
  scale: 80,
  method: 'reference',
  prototypeSource: 'before-training',
  rule: 'prototype',
});

/**
 * ProtoNorm with the defaults that we found to be better: prototypes of the trained model, the exact alignment around
 * their mean (so that features that end in a ReLU can reach it) at the radius that moves them least, and a prediction that
 * knows the client's own classes. Each choice is measured in docs/adr/0004-default-protonorm.md.
 */
export const protoNorm = defineProtoNorm({
  id: 'protonorm',
  summary:
    'ProtoNorm: prototypes spread evenly around their mean, within reach of the features; prediction by client.',
  around: 'mean',
  scale: 1,
  method: 'auto',
  prototypeSource: 'after-training',
  rule: 'own-classes',
});

function defineProtoNorm(defaults: ProtoNormDefaults) {
  return defineStrategy({
    id: defaults.id,
    version: 1,
    summary: defaults.summary,
    hyper: {
      lambda: number(10, { min: 0, max: 1e6, description: 'Weight of the pull to the global prototypes.' }),
      pa: flag(true, { description: 'Prototype alignment: spread the prototypes evenly.' }),
      pu: flag(true, { description: 'Prototype upscaling: multiply the radius of the targets by `scale`.' }),
      scale: number(defaults.scale, {
        min: 1e-6,
        max: 1e6,
        description:
          "Upscaling: norm of the targets around the origin; around the mean, a factor of the prototypes' own radius.",
      }),
      around: choice(defaults.around, ['origin', 'mean'], {
        description: 'Centre of the alignment: the origin (as released), or the mean of the prototypes.',
      }),
      method: choice(defaults.method, alignmentChoices, {
        description:
          "Alignment: 'reference' is the released iteration, 'auto' the best of 'simplex', 'orthoSimplices' and 'anneal' for the number of classes, 'orthant' gives targets that features of a ReLU can reach.",
      }),
      iterations: integer(500, { min: 0, max: 1e6, description: 'Most passes of the released iteration.' }),
      learningRate: number(0.1, { min: 0, max: 1e6, description: 'Step of the released iteration.' }),
      momentum: number(0.9, { min: 0, max: 0.9999, description: 'Momentum of the released iteration.' }),
      earlyStop: integer(10, {
        min: 0,
        max: 1e6,
        description:
          'Pass from which the released iteration watches for its early stop; 0 = it never stops early.',
      }),
      weighting: choice('uniform', ['uniform', 'samples'], {
        description: 'How clients count in the mean of a class: all the same (as released) or by samples.',
      }),
      prototypeSource: prototypeSourceHyper(defaults.prototypeSource),
      rule: choice(defaults.rule, ['prototype', 'own-classes', 'logits'], {
        description:
          "Prediction: the nearest global prototype (as released), the nearest class weighed by the client's own classes, or the head.",
      }),
    },
    down: { prototypes: t.prototypes('d') },
    up: { prototypes: t.prototypes('d') },
    capabilities: { asyncSafe: true, headsMayDiffer: true },
    client: {
      init: ({ federation }) => noOwnClasses(federation.features),
      async round(context) {
        const { down, hyper, federation } = context;
        const own = hyper.rule === 'own-classes' ? gatherOwnClasses(federation.features) : undefined;
        // Around the origin unit prototypes travel and the client scales them, as released; around the mean, the targets.
        const scale = hyper.around === 'origin' && hyper.pu ? hyper.scale : 1;
        const { prototypes, training } = await trainAndCollect(context, {
          terms: [
            { kind: 'crossEntropy' },
            ...(down
              ? [{ kind: 'pull' as const, prototypes: down.prototypes, weight: hyper.lambda, scale }]
              : []),
          ],
          source: hyper.prototypeSource,
          ...(own && { onTrainedFeatures: own.add }),
        });
        return {
          up: prototypes ? { prototypes } : null,
          state: own ? own.result() : context.state,
          metrics: { loss: training.meanLoss },
        };
      },
      // The released rule compares with unit prototypes; all norms are equal, so the scale would not change the winner.
      scores({ down, federation: { classes }, hyper, state }, { features, logits }) {
        if (hyper.rule === 'logits') return logits;
        if (down === undefined) return null;
        return hyper.rule === 'prototype'
          ? prototypeScores(features, down.prototypes, classes)
          : ownClassScores(features, { own: state, prototypes: down.prototypes, classes });
      },
    },
    server: {
      init: () => ({ state: { previous: null as Prototypes | null }, down: undefined }),
      reduce: (hyper) => reduce.meanByClass('prototypes', { weighting: hyper.weighting }),
      finish({ reduced, state, hyper, rng, signal }) {
        const aggregated = keepAbsentClasses(reduced, state.previous);
        const prototypes = targetsOf(aggregated, hyper, { rng: rng.split('align'), signal });
        return {
          state: { previous: aggregated },
          down: { prototypes },
          report: { prototypes: { aggregated } },
        };
      },
    },
  });
}

interface AlignmentHyper {
  readonly pa: boolean;
  readonly pu: boolean;
  readonly scale: number;
  readonly around: 'origin' | 'mean';
  readonly method: (typeof alignmentChoices)[number];
  readonly iterations: number;
  readonly learningRate: number;
  readonly momentum: number;
  readonly earlyStop: number;
}

/** What goes down: unit prototypes around the origin, or the targets themselves around the mean. */
function targetsOf(
  aggregated: Prototypes,
  hyper: AlignmentHyper,
  context: { readonly rng: Rng; readonly signal: AbortSignal },
): Prototypes {
  if (!hyper.pa)
    return hyper.around === 'origin'
      ? normalise(withoutZeroRows(aggregated))
      : scaledAroundMean(aggregated, hyper.pu ? hyper.scale : 1);
  const { method, iterations, learningRate, momentum, earlyStop } = hyper;
  // A client of dead ReLUs must not stop the federation; the released code turns all into NaN.
  const common = { fill: 'seeded', ...context } as const;
  const options: AlignOptions =
    method === 'reference'
      ? {
          method,
          iterations,
          learningRate,
          momentum,
          earlyStop: earlyStop === 0 ? false : earlyStop,
          ...common,
        }
      : { method, ...common };
  return hyper.around === 'origin'
    ? align(aggregated, options).prototypes
    : alignAroundMean(aggregated, { ...options, scale: hyper.pu ? hyper.scale : 1 }).prototypes;
}

/** Upscaling without alignment: m + scale * (p_c - m). */
function scaledAroundMean(prototypes: Prototypes, scale: number): Prototypes {
  const { dim, classes, vectors } = prototypes;
  const mean = new Float64Array(dim);
  for (let i = 0; i < vectors.length; i++) mean[i % dim] += vectors[i] / classes.length;
  return { ...prototypes, vectors: vectors.map((x, i) => mean[i % dim] + scale * (x - mean[i % dim])) };
}
