/**
 * The Mersenne Twister MT19937 (Matsumoto and Nishimura 1998) with the seeding of `np.random.seed(n)`.
 *
 * @param seed - an integer in 0..2^32-1
 * @returns a function that draws the next uint32
 */
export function mt19937(seed: number): () => number {
  const key = new Uint32Array(624);
  key[0] = seed;
  for (let i = 1; i < 624; i++) key[i] = Math.imul(1812433253, key[i - 1] ^ (key[i - 1] >>> 30)) + i;
  let position = 624;
  return () => {
    if (position === 624) {
      twist(key);
      position = 0;
    }
    let y = key[position++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}

function twist(key: Uint32Array): void {
  for (let i = 0; i < 624; i++) {
    const y = (key[i] & 0x80000000) | (key[(i + 1) % 624] & 0x7fffffff);
    key[i] = key[(i + 397) % 624] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
  }
}
