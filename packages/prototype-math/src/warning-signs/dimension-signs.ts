import type { WarningSign } from './warning-sign.ts';

/** Dimensions for each class above which more of them no longer pay. */
const DIMENSIONS_PER_CLASS = 64;
/** Bytes of an exchange that are worth a thought. */
const WORTH_SAVING = 65_536;

/**
 * The sign of communication from excessive dimensions: the prototypes have more than 64 dimensions for each class, and a
 * client sends and receives more than 64 KiB of them in a round.
 *
 * C targets at the widest angles span C - 1 dimensions; the thresholds are set so that the paper's 512 dimensions for 10
 * classes are silent, and 4,096 are not.
 *
 * @param size - classes C, dimension d, bytes of a number (4 for float32)
 * @returns at most one sign
 * @example
 * ```ts
 * import { dimensionSigns } from '@protonorm/prototype-math';
 * dimensionSigns({ classes: 10, dim: 512 }); // => []
 * dimensionSigns({ classes: 10, dim: 4096 })[0].code; // => 'excessive-dimensions'
 * ```
 */
export function dimensionSigns(size: {
  readonly classes: number;
  readonly dim: number;
  /** @defaultValue 4 */
  readonly bytesPerNumber?: number;
}): readonly WarningSign<'excessive-dimensions'>[] {
  const { classes, dim, bytesPerNumber = 4 } = size;
  const bytes = 2 * classes * dim * bytesPerNumber;
  if (dim <= DIMENSIONS_PER_CLASS * classes || bytes <= WORTH_SAVING) return [];
  const enough = 2 ** Math.ceil(Math.log2(DIMENSIONS_PER_CLASS * classes)) / 2;
  return [
    {
      code: 'excessive-dimensions',
      message: `Each client sends and receives up to ${Math.round(bytes / 1024)} KiB of prototypes in a round: ${dim} dimensions for ${classes} classes. Set the feature size to ${enough} or so, which has ${(dim / enough).toFixed(0)} times fewer bytes.`,
    },
  ];
}
