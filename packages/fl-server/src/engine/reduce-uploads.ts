import type { Reducer } from '@protonorm/strategy';
import { isProtoNormError, type ProtoNormError } from '@protonorm/tensor';

/** Uploads put together. */
export interface ReducedUploads {
  readonly reduced: unknown;
  /** Clients whose upload is in it. */
  readonly contributed: readonly string[];
  /** Clients whose upload keeps to its schema but does not fit the others, such as one of another length. */
  readonly rejected: ReadonlyMap<string, ProtoNormError>;
}

/**
 * Reduces uploads in the order of their clients, whatever the order in which they came. An upload that the reducer refuses
 * is left out, and the others are reduced anew: it may have been taken in half.
 */
export function reduceUploads(
  reducer: Reducer<unknown, unknown>,
  uploads: ReadonlyMap<string, unknown>,
): ReducedUploads {
  const rejected = new Map<string, ProtoNormError>();
  const ids = [...uploads.keys()].sort();
  for (;;) {
    const before = rejected.size;
    const accumulator = reducer.start();
    const contributed: string[] = [];
    for (const clientId of ids) {
      if (rejected.has(clientId)) continue;
      try {
        accumulator.add(uploads.get(clientId), clientId);
        contributed.push(clientId);
      } catch (error) {
        if (!isProtoNormError(error)) throw error;
        rejected.set(clientId, error);
      }
    }
    if (rejected.size > before) continue;
    const reduced = contributed.length === 0 ? undefined : accumulator.result();
    return { reduced, contributed, rejected };
  }
}
