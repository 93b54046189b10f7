import { ProtoNormError } from '@protonorm/tensor';

/** The refusal of a file of prototypes. */
export function corrupt(path: string, problem: string, received?: unknown): ProtoNormError {
  return new ProtoNormError('data-corrupt', `${path} holds no prototypes: ${problem}.`, { received });
}
