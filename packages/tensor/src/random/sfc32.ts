/**
 * Chris Doty-Humphrey's sfc32 (public domain, PractRand): 128 bits of state, 32 bits a call, passes PractRand and BigCrush.
 *
 * @param state - four words a, b, c and counter; only their low 32 bits count. The author discards the first outputs
 *   after seeding: 12 of them mix any seed.
 * @returns uniform integers in [0, 2^32)
 */
export function sfc32(state: readonly [a: number, b: number, c: number, counter: number]): () => number {
  let [a, b, c, counter] = state;
  return () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
}
