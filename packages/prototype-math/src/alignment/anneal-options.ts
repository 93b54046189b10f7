import { ProtoNormError } from '@protonorm/tensor';

/** Options of the annealed soft maximum. */
export interface AnnealOptions {
  /** Passes; twice as many lower the largest cosine by another .001 to .01. @defaultValue 70 */
  readonly passes?: number | undefined;
}

/** @throws `invalid-argument` for passes that are no integer >= 10 */
export function readAnnealOptions({ passes = 70 }: AnnealOptions): { readonly passes: number } {
  if (Number.isSafeInteger(passes) && passes >= 10) return { passes };
  throw new ProtoNormError('invalid-argument', `passes must be an integer >= 10, received ${passes}.`, {
    received: passes,
    expected: 'an integer >= 10, one for each stage',
  });
}
