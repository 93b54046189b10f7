import { ProtoNormError } from '@protonorm/tensor';

/** What the scale is chosen from. */
export interface AdaptiveScaleOptions {
  /** Dimension d of the features. */
  readonly dim: number;
  /** Classes C. */
  readonly classes: number;
  /** Mean norm of the gradient of the cross entropy by the features of a sample, as the clients measure it; > 0. */
  readonly crossEntropyGradient: number;
  /** Weight lambda of the mean squared distance to the targets, > 0. */
  readonly lambda: number;
  /** Pull to the targets by that of the cross entropy, at the beginning. @defaultValue 10 */
  readonly ratio?: number | undefined;
  /** Root mean square of the features' distance from their class mean along one direction; sets a floor. @defaultValue 0 */
  readonly spread?: number | undefined;
  /** Largest value a feature can have: 6 for models that end in ReLU6; sets a cap. @defaultValue Infinity */
  readonly largestFeature?: number | undefined;
}

/** The scale, and what decided it. */
export interface AdaptiveScale {
  readonly scale: number;
  readonly by: 'pull-ratio' | 'margin' | 'largest-feature';
}

/** A target's entry may be this many times sqrt(1/d): what is beyond the largest feature cannot be reached. */
const LARGEST_ENTRY = 3;
/** Distance of a feature from the border between two targets, in spreads, that the floor asks for. */
const MARGIN = 3;

/**
 * Prototype upscaling by the pull that it exerts: s = ratio d G / (2 lambda), with G the gradient of the cross entropy by the
 * features.
 *
 * The loss lambda MSE(s u, z) pulls a feature near 0 by 2 lambda s / d; the released s = 80 with lambda = 10 and d = 512 is
 * 5.7 times the cross entropy's .55, and the range of scales that work moves with d. Where features cannot be large
 * (ReLU6), s is at most largestFeature sqrt(d) / 3; where classes would not be 3 spreads apart from the border between two
 * targets of a simplex, s sqrt(2 C / (C - 1)) / 2, it is raised.
 *
 * @throws `invalid-argument`
 * @example
 * ```ts
 * import { adaptiveScale } from '@protonorm/prototype-math';
 * const { scale, by } = adaptiveScale({ dim: 512, classes: 10, crossEntropyGradient: 0.55, lambda: 10 });
 * scale.toFixed(1); // => '140.8'
 * by; // => 'pull-ratio'
 * ```
 */
export function adaptiveScale(options: AdaptiveScaleOptions): AdaptiveScale {
  const { dim, classes, crossEntropyGradient, lambda } = options;
  const { ratio = 10, spread = 0, largestFeature = Infinity } = options;
  for (const [name, value, accepted, range] of [
    ['dim', dim, Number.isSafeInteger(dim) && dim >= 1, 'an integer >= 1'],
    ['classes', classes, Number.isSafeInteger(classes) && classes >= 1, 'an integer >= 1'],
    ['crossEntropyGradient', crossEntropyGradient, isPositive(crossEntropyGradient), 'finite and > 0'],
    ['lambda', lambda, isPositive(lambda), 'finite and > 0'],
    ['ratio', ratio, isPositive(ratio), 'finite and > 0'],
    ['spread', spread, spread >= 0 && spread < Infinity, 'finite and >= 0'],
    ['largestFeature', largestFeature, largestFeature > 0, '> 0'],
  ] as const) {
    if (accepted) continue;
    throw new ProtoNormError('invalid-argument', `${name} must be ${range}, received ${value}.`, {
      received: value,
      expected: range,
    });
  }
  let scale = (ratio * dim * crossEntropyGradient) / (2 * lambda);
  let by: AdaptiveScale['by'] = 'pull-ratio';
  const floor = classes === 1 ? 0 : (2 * MARGIN * spread) / Math.sqrt((2 * classes) / (classes - 1));
  if (scale < floor) [scale, by] = [floor, 'margin'];
  const cap = reachableScale(largestFeature, dim);
  if (scale > cap) [scale, by] = [cap, 'largest-feature'];
  return { scale, by };
}

/**
 * The largest norm of a target that features up to a limit can come near to: largestFeature sqrt(d) / 3.
 *
 * @param largestFeature - > 0; Infinity = no limit
 * @param dim - dimension d, an integer >= 1
 * @example
 * ```ts
 * import { reachableScale } from '@protonorm/prototype-math';
 * reachableScale(6, 256); // => 32
 * ```
 */
export function reachableScale(largestFeature: number, dim: number): number {
  return (largestFeature * Math.sqrt(dim)) / LARGEST_ENTRY;
}

function isPositive(value: number): boolean {
  return value > 0 && value < Infinity;
}
