import { isProtoNormError, type ProtoNormError } from '@protonorm/tensor';

/**
 * Whether training has left the range of numbers: a loss or gradient did (`diverged`), or the features of a trained model
 * (`not-finite`; data that are not finite are refused before anything is trained).
 */
export function isDivergence(error: unknown): error is ProtoNormError {
  return isProtoNormError(error, 'diverged') || isProtoNormError(error, 'not-finite');
}
