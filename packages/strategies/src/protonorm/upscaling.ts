import { adaptiveScale, reachableScale, upscalingSigns, type WarningSign } from '@protonorm/prototype-math';
import type { ModelSpec, Prototypes } from '@protonorm/tensor';
import { largestFeature } from '../building-blocks/largest-feature.ts';
import type { PullReport } from './pull-report.ts';
import type { ProtoNormValues } from './targets.ts';

/** Weight of the pull in a round: it rises to its full value over the rounds of the warm-up. */
export function pullWeight(hyper: ProtoNormValues, round: number, dim: number): number {
  return fullPullWeight(hyper, dim) * Math.min(1, round / Math.max(1, hyper.warmUp));
}

/**
 * lambda, lowered where there are few features: the pull is a mean over them, so the gradient by each of them is
 * 2 lambda / d times its distance, and with d = 16 a learning rate that is right for 512 makes training diverge.
 */
function fullPullWeight({ lambda, lambdaFeatures }: ProtoNormValues, dim: number): number {
  return lambda * Math.min(1, dim / Math.max(1, lambdaFeatures));
}

/** Around the origin unit prototypes travel and the client scales them, as released; around the mean, the targets. */
export function clientScale(
  { around, pu, scale }: ProtoNormValues,
  adaptive: number | undefined,
  { encoder, features }: Pick<ModelSpec, 'encoder' | 'features'>,
): number {
  if (around === 'mean' || !pu) return 1;
  if (adaptive === undefined) return scale;
  return Math.min(adaptive, reachableScale(largestFeature(encoder), features));
}

/** The norm of the targets by adaptive upscaling; undefined when upscaling is fixed, or before a gradient was measured. */
export function adaptiveNorm(
  hyper: ProtoNormValues,
  known: {
    readonly aggregated: Prototypes;
    readonly crossEntropyGradient: number | null;
    readonly spread: number | undefined;
  },
): number | undefined {
  const { pu, upscaling, lambda, pullRatio } = hyper;
  const { aggregated, crossEntropyGradient, spread } = known;
  if (!pu || upscaling === 'fixed' || lambda === 0 || !crossEntropyGradient) return undefined;
  return adaptiveScale({
    dim: aggregated.dim,
    classes: aggregated.classes.length,
    crossEntropyGradient,
    lambda: fullPullWeight(hyper, aggregated.dim),
    ratio: pullRatio,
    spread,
  }).scale;
}

/**
 * Gradient of the pull by the features, 2 weight |t - z| / d, by that of the cross entropy at the beginning; undefined where
 * either was not measured.
 */
export function pullRatioOf(
  { distanceBefore }: PullReport,
  known: { readonly weight: number; readonly dim: number; readonly crossEntropyGradient: number | null },
): number | undefined {
  const { weight, dim, crossEntropyGradient } = known;
  if (distanceBefore === undefined || !crossEntropyGradient) return undefined;
  return (2 * weight * distanceBefore) / (dim * crossEntropyGradient);
}

/** Signs of aggressive upscaling; none before there was a round without targets to compare with. */
export function pullSigns(
  { crossEntropy, relativeError, relativeErrorBefore }: PullReport,
  known: {
    readonly pulls: number;
    readonly firstCrossEntropy: number | null;
    readonly pullRatio: number | undefined;
  },
): readonly WarningSign[] {
  const { pulls, firstCrossEntropy, pullRatio } = known;
  if (crossEntropy === undefined || relativeError === undefined || firstCrossEntropy === null) return [];
  return upscalingSigns({
    round: pulls,
    relativeError,
    relativeErrorBefore,
    crossEntropy,
    firstCrossEntropy,
    pullRatio,
    finite: true,
  });
}
