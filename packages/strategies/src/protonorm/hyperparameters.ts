import { choice, flag, integer, number } from '@protonorm/strategy';
import { prototypeSourceHyper, type PrototypeSource } from '../building-blocks/prototype-source.ts';

/** Alignments that a round can wait for; see `align`. */
const alignmentChoices = ['auto', 'reference', 'simplex', 'orthoSimplices', 'anneal', 'orthant'] as const;

/** Rules of prediction. */
const ruleChoices = ['prototype', 'own-classes', 'logits', 'both'] as const;

/** What distinguishes the two ProtoNorms: all of it can be set by hyperparameters. */
export interface ProtoNormDefaults {
  readonly around: 'origin' | 'mean';
  readonly scale: number;
  readonly lambdaFeatures: number;
  readonly method: 'auto' | 'reference';
  readonly prototypeSource: PrototypeSource;
  readonly rule: (typeof ruleChoices)[number];
}

/** The hyperparameters of ProtoNorm. */
export function protoNormHyper(defaults: ProtoNormDefaults) {
  return {
    lambda: number(10, { min: 0, max: 1e6, description: 'Weight of the pull to the global prototypes.' }),
    lambdaFeatures: integer(defaults.lambdaFeatures, {
      min: 0,
      max: 1e6,
      description:
        'Features from which the weight is lambda: with fewer it is lower in proportion, so that none of them is pulled harder; 0 = lambda with any number (as released).',
    }),
    warmUp: integer(0, {
      min: 0,
      max: 1e6,
      description: 'Rounds over which the weight of the pull rises to lambda; 0 = at once.',
    }),
    pa: flag(true, { description: 'Prototype alignment: spread the prototypes evenly.' }),
    pu: flag(true, { description: 'Prototype upscaling: multiply the radius of the targets by `scale`.' }),
    upscaling: choice('fixed', ['fixed', 'adaptive'], {
      description:
        "Upscaling: by `scale`, or to the norm at which the pull is `pullRatio` times as strong as the cross entropy's at the beginning.",
    }),
    scale: number(defaults.scale, {
      min: 1e-6,
      max: 1e6,
      description:
        "Fixed upscaling: norm of the targets around the origin; around the mean, a factor of the prototypes' own radius.",
    }),
    pullRatio: number(10, {
      min: 1e-6,
      max: 1e6,
      description: "Adaptive upscaling: pull to the targets by the cross entropy's, at the beginning.",
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
    inertia: number(0, {
      min: 0,
      max: 1,
      description:
        'Share of the targets of the round before in what is aligned: 0 = the prototypes alone (as released), 1 = the targets stay.',
    }),
    fixedAfter: integer(0, {
      min: 0,
      max: 1e6,
      description:
        'Rounds after which the targets stay as they are, until a class is new; 0 = they are aligned in every round (as released).',
    }),
    weighting: choice('uniform', ['uniform', 'samples'], {
      description: 'How clients count in the mean of a class: all the same (as released) or by samples.',
    }),
    prototypeSource: prototypeSourceHyper(defaults.prototypeSource),
    rule: choice(defaults.rule, ruleChoices, {
      description:
        "Prediction: the nearest global prototype (as released), the nearest class weighed by the client's own classes, the head, or both: the mean of the latter two's log probabilities.",
    }),
  };
}
