import type { WarningSign } from './warning-sign.ts';

/** What a round tells of the pull to the targets. */
export interface UpscalingReport {
  /** Rounds with targets so far, 1 for the first. */
  readonly round: number;
  /** Mean over the samples of |s u - z|^2 / s^2: 1 = as far from the target as a feature of 0. */
  readonly relativeError: number;
  /** The same before the first step of the round. @defaultValue 1 */
  readonly relativeErrorBefore?: number | undefined;
  /** Pull to the targets by that of the cross entropy; see `adaptiveScale`. @defaultValue Infinity: not known */
  readonly pullRatio?: number | undefined;
  /** Mean cross entropy of the round. */
  readonly crossEntropy: number;
  /** The same in the round before there were targets. */
  readonly firstCrossEntropy: number;
  /** Whether all prototypes are. */
  readonly finite: boolean;
}

/** A sign of an upscaling that is too aggressive. */
export type UpscalingSign = WarningSign<'not-finite' | 'overshoot' | 'cross-entropy-jump' | 'no-approach'>;

/** Rounds in which the heads are still at their beginning, and should only get better. */
const EARLY_ROUNDS = 2;
const EARLY_JUMP = 3;
const JUMP = 20;
/** A pull that is weaker than the cross entropy cannot be too strong, however far the targets are. */
const LEAST_PULL_RATIO = 1;
const LATE_ROUND = 9;
const LATE_ERROR = 0.85;

/**
 * Signs of aggressive upscaling, after a round.
 *
 * `overshoot`: in the first round with targets, training drives features away from them, further than a feature of 0;
 * `cross-entropy-jump`: more than 3 times its first value in the first two rounds, 20 times later; `no-approach`: still
 * 85 % of the way off after nine rounds; `not-finite`. Of a pull that is weaker than the cross entropy neither `overshoot`
 * nor `no-approach` is told: lowering it would not help.
 *
 * The thresholds were set on digits at d = 512 with 10 clients, in two federations and 20 rounds each: scales of 80 and 200
 * are silent (the cross entropy is at most 1.7 times its first value in two rounds, 4 times later), 1,000 to 5,000 are told in
 * the first two rounds (4.1 times at least). 400 is on the border: told in some.
 *
 * @returns what is seen, the worst first; none as a rule
 * @example
 * ```ts
 * import { upscalingSigns } from '@protonorm/prototype-math';
 * const round = { round: 1, relativeError: 0.96, crossEntropy: 1.7, firstCrossEntropy: 2.2, finite: true };
 * upscalingSigns(round); // => []
 * upscalingSigns({ ...round, relativeError: 1.2, crossEntropy: 132 }).map(({ code }) => code); // => ['overshoot', 'cross-entropy-jump']
 * ```
 */
export function upscalingSigns(report: UpscalingReport): readonly UpscalingSign[] {
  const { round, relativeError, crossEntropy, firstCrossEntropy, finite } = report;
  const { relativeErrorBefore = 1, pullRatio = Infinity } = report;
  const signs: UpscalingSign[] = [];
  const lower =
    'lower the scale of the prototypes or the weight of the pull, or choose the scale by adaptive upscaling.';
  if (!finite || !Number.isFinite(relativeError) || !Number.isFinite(crossEntropy)) {
    signs.push({ code: 'not-finite', message: `Training has left the range of numbers: ${lower}` });
    return signs;
  }
  const strong = pullRatio > LEAST_PULL_RATIO;
  if (strong && round === 1 && relativeError > Math.max(1, relativeErrorBefore)) {
    signs.push({
      code: 'overshoot',
      message: `Training drives features away from their targets, ${times(Math.sqrt(relativeError))} as far as a feature of 0 is: ${lower}`,
    });
  }
  if (crossEntropy > (round <= EARLY_ROUNDS ? EARLY_JUMP : JUMP) * firstCrossEntropy) {
    signs.push({
      code: 'cross-entropy-jump',
      message: `The cross entropy went from ${short(firstCrossEntropy)} to ${short(crossEntropy)}, so the heads get worse: ${lower}`,
    });
  }
  if (strong && round >= LATE_ROUND && relativeError > LATE_ERROR) {
    signs.push({
      code: 'no-approach',
      message: `After ${round} rounds features are still ${times(Math.sqrt(relativeError))} as far from their targets as a feature of 0: ${lower}`,
    });
  }
  return signs;
}

function times(factor: number): string {
  return `${short(factor)} times`;
}

/** Three digits, or all before the point. */
function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
