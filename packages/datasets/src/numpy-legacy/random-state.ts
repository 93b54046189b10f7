import { ProtoNormError } from '@protonorm/tensor';

import { polarSource, standardExponential, standardGamma } from '../random/gamma.ts';
import { mt19937 } from './mt19937.ts';

/** NumPy's global random state after `np.random.seed(n)`: the same numbers, bit for bit. */
export interface NumpyRandomState {
  /** Next raw output, integer in 0..2^32-1. */
  uint32(): number;
  /** `np.random.random_sample()`: uniform in [0, 1) with 53 bits. */
  randomSample(): number;
  /** `np.random.standard_normal()`: the polar method with a cached second value. */
  standardNormal(): number;
  /** `np.random.standard_exponential()`. */
  standardExponential(): number;
  /** `np.random.standard_gamma(shape)`. */
  standardGamma(shape: number): number;
  /** `np.random.dirichlet(alpha)`: shape [K], sums to 1; NaN when every gamma number underflows to 0, as in NumPy. */
  dirichlet(alpha: ArrayLike<number>): Float64Array;
  /** `np.random.randint(low, high)`: an integer in low..high-1; high - low <= 2^32. */
  randint(low: number, high: number): number;
  /** `np.random.shuffle(values)` of a one-dimensional array: in place; returns the same array. */
  shuffle<T extends { length: number; [index: number]: unknown }>(values: T): T;
  /** `np.random.permutation(n)`: shape [n], int32. */
  permutation(n: number): Int32Array;
}

/**
 * NumPy's legacy random state (`np.random.seed`, `np.random.RandomState`), whose streams NumPy has frozen.
 *
 * Equal to NumPy on Linux with glibc >= 2.28 on x86-64 with fused multiply-add (any x86-64 since about 2013), tested
 * with NumPy 2.4. On other systems NumPy's own gamma numbers differ in the last bit, because its C library does.
 *
 * @param seed - an integer in 0..2^32-1
 * @throws `invalid-argument` for another seed
 * @example
 * ```ts
 * import { createNumpyRandomState } from '@protonorm/datasets';
 * const random = createNumpyRandomState(1);
 * random.randomSample(); // => 0.417022004702574
 * [...createNumpyRandomState(1).permutation(10)]; // => [2, 9, 6, 4, 0, 3, 1, 7, 8, 5]
 * ```
 */
export function createNumpyRandomState(seed: number): NumpyRandomState {
  if (!(Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff)) {
    throw new ProtoNormError(
      'invalid-argument',
      `A NumPy seed must be an integer in 0..2^32-1, received ${seed}.`,
      {
        received: seed,
      },
    );
  }
  const uint32 = mt19937(seed);
  const randomSample = () => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992;
  const source = polarSource(randomSample);
  /** Uniform in 0..max by masked rejection (`random_interval`). */
  const interval = (max: number): number => {
    if (max === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(max);
    for (;;) {
      const value = (uint32() & mask) >>> 0;
      if (value <= max) return value;
    }
  };
  const shuffle = <T extends { length: number; [index: number]: unknown }>(values: T): T => {
    for (let i = values.length - 1; i > 0; i--) {
      const j = interval(i);
      [values[i], values[j]] = [values[j], values[i]];
    }
    return values;
  };
  return {
    uint32,
    randomSample,
    standardNormal: () => source.normal(),
    standardExponential: () => standardExponential(source),
    standardGamma: (shape) => standardGamma(source, shape),
    dirichlet(alpha) {
      const shares = Float64Array.from(alpha, (shape) => standardGamma(source, shape));
      let sum = 0;
      for (const share of shares) sum += share;
      const inverse = 1 / sum; // NumPy multiplies by the inverse: other bits than a division
      return shares.map((share) => share * inverse);
    },
    randint(low, high) {
      if (!(Number.isInteger(low) && Number.isInteger(high) && low < high && high - low <= 4294967296)) {
        throw new ProtoNormError(
          'invalid-argument',
          `randint needs integers low < high, received ${low}, ${high}.`,
          {
            received: [low, high],
          },
        );
      }
      return low + interval(high - low - 1);
    },
    shuffle,
    permutation: (n) => shuffle(Int32Array.from({ length: n }, (_, i) => i)),
  };
}
