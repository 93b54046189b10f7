import { ProtoNormError } from '@protonorm/tensor';

/** What a coordinate of a prototype travels as. */
export type PrototypePrecision = 'float32' | 'float16' | 'int8';

/**
 * How the rows of class tables travel, in every message of a run; classes and counts stay exact. For a row x of size d that
 * reads back as y, for each coordinate i that travels:
 *
 * - `float32`: y = x.
 * - `float16`: |y_i - x_i| <= 2^-11 |x_i|, or 2^-39 max |x| if that is more. Each row has a power of two of its own as its
 *   scale, so that nothing is too large or too small for a half. 2 bytes a coordinate and 1 a row.
 * - `int8`: |y_i - x_i| <= max |x| / 254 (or 2^-134, if that is more). Each row has a scale of its own. 1 byte a
 *   coordinate and 4 a row.
 *
 * The largest coordinate of a row stays the largest. What was read back travels without further loss, to the same bytes.
 * Where a rounded row would break the `maxNorm` of its field, it is rounded towards zero instead; the bounds are then
 * twice as large.
 */
export interface PrototypeEncoding {
  /** @defaultValue 'float32' */
  readonly precision?: PrototypePrecision;
  /**
   * Share of the coordinates that travel, in (0, 1]: of each row the ceil(keep d) of largest magnitude (of two as large,
   * the one before); the others read back as 0. Which they are costs at most 1 bit a coordinate.
   *
   * @defaultValue 1
   */
  readonly keep?: number;
}

/** Codes of the precisions in frames. */
export const PRECISIONS = ['float32', 'float16', 'int8'] as const satisfies readonly PrototypePrecision[];

/**
 * An encoding with its defaults, as it is written into frames, snapshots and manifests.
 *
 * @throws `invalid-argument` for an unknown precision, and for a share that is not in (0, 1]
 * @example
 * ```ts
 * import { resolvePrototypeEncoding } from '@protonorm/strategy';
 * resolvePrototypeEncoding({ precision: 'int8' }); // => { precision: 'int8', keep: 1 }
 * ```
 */
export function resolvePrototypeEncoding(encoding: PrototypeEncoding = {}): Required<PrototypeEncoding> {
  const { precision = 'float32', keep = 1 } = encoding;
  if (!PRECISIONS.includes(precision)) {
    throw new ProtoNormError('invalid-argument', `Prototypes cannot travel as ${String(precision)}.`, {
      received: precision,
      expected: PRECISIONS,
      hint: `Choose ${PRECISIONS.join(', ')}.`,
    });
  }
  if (!(typeof keep === 'number' && keep > 0 && keep <= 1)) {
    throw new ProtoNormError(
      'invalid-argument',
      `The share of a prototype's coordinates that travel must be in (0, 1], received ${String(keep)}.`,
      { received: keep, expected: 'in (0, 1]', hint: 'Leave it out to send all of them.' },
    );
  }
  return { precision, keep };
}

/** Whether class tables travel as they are: float32, all coordinates. */
export function isExact({ precision, keep }: Required<PrototypeEncoding>): boolean {
  return precision === 'float32' && keep === 1;
}

/** How many coordinates of a row travel. */
export function keptCount(dim: number, keep: number): number {
  // 12 digits, because 0.07 * 100 is 7.000000000000001.
  return Math.min(dim, Math.ceil(Number((keep * dim).toPrecision(12))));
}
