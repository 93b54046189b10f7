/**
 * The mulberry32 generator (Tommy Ettinger, public domain): 32 bits of state, one number a call, uniform in [0, 1).
 *
 * It is not used for runs (see {@link createRng}); the golden vectors and the reference runs draw their initial
 * weights from it, because it is five lines in any language.
 *
 * @param seed - an integer; only its low 32 bits count
 * @example
 * ```ts
 * import { mulberry32 } from '@protonorm/tensor';
 * mulberry32(1)(); // => 0.6270739405881613
 * ```
 */
export function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
