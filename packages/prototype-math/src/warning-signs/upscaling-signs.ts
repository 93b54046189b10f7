import type { WarningSign } from './warning-sign.ts';

/** What a round tells of the pull to the targets. */
export interface UpscalingReport {
  /** Rounds with targets so far, 1 for the first. */
  readonly round: number;
  /** Mean over the samples of |s u - z|^2 / s^2: 1 = as far from the target as a feature of 0. */
  readonly relativeError: number;
  /** Mean cross entropy of the round. */
  readonly crossEntropy: number;
  /** The same in the round before there were targets. */
  readonly firstCrossEntropy: number;
  /** Whether all prototypes are. */
  readonly finite: boolean;
}

/** A sign of an upscaling that is too aggressive. */
export type UpscalingSign = WarningSign<'not-finite' | 'overshoot' | 'cross-entropy-jump' | 'no-approach'>;

const JUMP = 20;
const LATE_ROUND = 9;
const LATE_ERROR = 0.85;

/**
 * Signs of aggressive upscaling, after a round.
 *
 * `overshoot`: in the first round with targets, features are further from them than a feature of 0; `cross-entropy-jump`: more
 * than 20 times its first value; `no-approach`: still 85 % of the way off after nine rounds; `not-finite`. The thresholds
 * were set on digits at d = 512, where 80 and 200 are silent and 1,000 to 5,000 are told in the first two rounds.
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
  const signs: UpscalingSign[] = [];
  const lower = 'lower the scale of the prototypes or the weight of the pull, or take the adaptive scale.';
  if (!finite || !Number.isFinite(relativeError) || !Number.isFinite(crossEntropy)) {
    signs.push({ code: 'not-finite', message: `Training has left the range of numbers: ${lower}` });
    return signs;
  }
  if (round === 1 && relativeError > 1) {
    signs.push({
      code: 'overshoot',
      message: `Features are ${relativeError.toFixed(2)} times as far from their targets as a feature of 0 would be: ${lower}`,
    });
  }
  if (crossEntropy > JUMP * firstCrossEntropy) {
    signs.push({
      code: 'cross-entropy-jump',
      message: `The cross entropy went from ${firstCrossEntropy.toFixed(2)} to ${crossEntropy.toFixed(0)}, which spoils the heads: ${lower}`,
    });
  }
  if (round >= LATE_ROUND && relativeError > LATE_ERROR) {
    signs.push({
      code: 'no-approach',
      message: `After ${round} rounds features are still ${(100 * relativeError).toFixed(0)} % of the way from their targets: ${lower}`,
    });
  }
  return signs;
}
