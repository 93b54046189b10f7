import { ProtoNormError } from '../errors/protonorm-error.ts';
import { sfc32 } from './sfc32.ts';

/** A part of the path that names a random stream: a seed, a round, a client id, a purpose. */
export type RngLabel = string | number;

/**
 * A stream of random numbers at a node of the RNG tree; all randomness of a run descends from one seed by `split`.
 *
 * Streams of different paths are independent of each other and of how much any of them has been used: a client draws
 * the same numbers whatever worker it runs on and in whatever order the clients are trained.
 */
export interface Rng {
  /** The labels from the root to this node. */
  readonly path: readonly RngLabel[];
  /** A child stream, one label or more deeper; depends on the path alone, not on how many numbers were drawn here. */
  split(...labels: RngLabel[]): Rng;
  /** Uniform integer in [0, 2^32). */
  uint32(): number;
  /** Uniform in [0, 1) with 53 bits. */
  uniform(): number;
  /** Uniform integer in [0, bound), without modulo bias; bound in 1..2^32. */
  integer(bound: number): number;
  /** Standard normal (Marsaglia's polar method, both values used). */
  normal(): number;
  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<T extends { length: number; [index: number]: unknown }>(values: T): T;
}

/**
 * Opens the RNG tree at a seed.
 *
 * @param seed - any safe integer or string
 * @throws `invalid-argument` when the seed is a number but no safe integer
 * @example
 * ```ts
 * import { createRng } from '@protonorm/tensor';
 * const a = createRng(7).split('round', 3, 'client-2', 'shuffle').uint32();
 * const b = createRng(7).split('round', 3, 'client-2', 'shuffle').uint32();
 * a === b; // => true
 * ```
 */
export function createRng(seed: RngLabel): Rng {
  if (typeof seed === 'number' && !Number.isSafeInteger(seed)) {
    throw new ProtoNormError(
      'invalid-argument',
      `A seed must be a safe integer or a string, received ${seed}.`,
      {
        received: seed,
      },
    );
  }
  return new PathRng([seed]);
}

/** A node of the tree: sfc32 with its state from a 128-bit hash of the path. */
class PathRng implements Rng {
  readonly path: readonly RngLabel[];
  readonly #next: () => number;
  #spareNormal: number | undefined;

  constructor(path: readonly RngLabel[]) {
    this.path = path;
    this.#next = sfc32(hashPath(path));
    for (let i = 0; i < 15; i++) this.#next(); // the author's warm-up after seeding
  }

  split(...labels: RngLabel[]): Rng {
    if (labels.length === 0) {
      throw new ProtoNormError(
        'invalid-argument',
        'A split needs a label, or the child would be its parent.',
        {
          hint: "Say what the stream is for, such as split('shuffle').",
        },
      );
    }
    return new PathRng([...this.path, ...labels]);
  }

  uint32(): number {
    return this.#next();
  }

  uniform(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
  }

  integer(bound: number): number {
    if (!(Number.isInteger(bound) && bound >= 1 && bound <= 4294967296)) {
      throw new ProtoNormError(
        'invalid-argument',
        `A bound must be an integer in 1..2^32, received ${bound}.`,
        {
          received: bound,
        },
      );
    }
    const limit = 4294967296 - (4294967296 % bound);
    let value = this.uint32();
    while (value >= limit) value = this.uint32();
    return value % bound;
  }

  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(s)) / s);
      this.#spareNormal = v * factor;
      return u * factor;
    }
  }

  shuffle<T extends { length: number; [index: number]: unknown }>(values: T): T {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [values[i], values[j]] = [values[j], values[i]];
    }
    return values;
  }
}

/** Four words of a murmur3-like hash over the labels; type and length are hashed, so that 1, '1' and ['a','b'], ['ab'] differ. */
function hashPath(path: readonly RngLabel[]): [number, number, number, number] {
  let h1 = 0x9e3779b9;
  let h2 = 0x243f6a88;
  let h3 = 0xb7e15162;
  let h4 = 0xdeadbeef;
  const mix = (word: number): void => {
    h1 = h2 ^ Math.imul(h1 ^ word, 0x239b961b);
    h2 = h3 ^ Math.imul(h2 ^ word, 0xab0e9789);
    h3 = h4 ^ Math.imul(h3 ^ word, 0x38b34ae5);
    h4 = h1 ^ Math.imul(h4 ^ word, 0xa1e38b93);
    h1 = (h1 << 13) | (h1 >>> 19);
    h3 = (h3 << 15) | (h3 >>> 17);
  };
  for (const label of path) {
    const text = String(label);
    mix((typeof label === 'number' ? 0x10000 : 0x20000) + text.length);
    for (let i = 0; i < text.length; i++) mix(text.charCodeAt(i));
  }
  for (let i = 0; i < 4; i++) mix(i);
  const finish = (h: number): number => {
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (h ^ (h >>> 16)) | 0;
  };
  return [finish(h1 ^ h4), finish(h2 ^ h1), finish(h3 ^ h2), finish(h4 ^ h3)];
}
