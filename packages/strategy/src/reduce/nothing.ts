import type { Reducer } from './reducer.ts';

/** For strategies whose clients send nothing (Local). */
export function nothing<Up>(): Reducer<Up, null> {
  return { additive: true, start: () => ({ add() {}, merge() {}, result: () => null }) };
}
