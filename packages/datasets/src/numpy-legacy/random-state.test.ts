import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createNumpyRandomState } from './random-state.ts';

const take = (count: number, draw: () => number) => Array.from({ length: count }, draw);
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

const fresh = () => createNumpyRandomState(1);

describe('createNumpyRandomState', () => {
  // the values of ../shared/golden/partition.json, numpy_legacy_seed1 (NumPy 2.4, np.random.seed(1))
  it('gives the streams of np.random.seed(1)', () => {
    expect(take(5, fresh().uint32)).toEqual([1791095845, 4282876139, 3093770124, 4005303368, 491263]);
    expect(take(5, fresh().randomSample)).toEqual([
      0.417022004702574, 0.7203244934421581, 0.00011437481734488664, 0.30233257263183977, 0.14675589081711304,
    ]);
    expect(take(5, fresh().standardNormal)).toEqual([
      1.6243453636632417, -0.6117564136500754, -0.5281717522634557, -1.0729686221561705, 0.8654076293246785,
    ]);
    const random = fresh();
    expect(take(5, () => random.standardGamma(0.1))).toEqual([
      0.00015907052588747805, 3.830929282303226e-40, 4.633993598981046e-9, 5.025750387222977e-8,
      9.668533987758071e-5,
    ]);
    expect([...fresh().dirichlet([0.1, 0.1, 0.1, 0.1])]).toEqual([
      0.9996550425546511, 2.4074904847134567e-36, 2.9121643010498387e-5, 0.0003158358023385354,
    ]);
    expect(fresh().shuffle(range(10))).toEqual([2, 9, 6, 4, 0, 3, 1, 7, 8, 5]);
    expect([...fresh().permutation(10)]).toEqual([2, 9, 6, 4, 0, 3, 1, 7, 8, 5]);
  });

  it('gives the same 10,000th output as the reference implementation of MT19937 for its default seed', () => {
    const random = createNumpyRandomState(5489);
    for (let i = 1; i < 10_000; i++) random.uint32();
    expect(random.uint32()).toBe(4123659995); // C++ standard, [rand.predef]
  });

  it('shuffles into permutations and draws integers within bounds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 50 }), (seed, n) => {
        const random = createNumpyRandomState(seed);
        expect([...random.permutation(n)].sort((a, b) => a - b)).toEqual(range(n));
        for (let i = 0; i < 20; i++) {
          const value = random.randint(-3, n + 1);
          expect(value >= -3 && value <= n && Number.isInteger(value)).toBe(true);
        }
      }),
      { seed: 1 },
    );
  });

  it.each([-1, 1.5, 2 ** 32, Number.NaN])('refuses the seed %s', (seed) => {
    expect(() => createNumpyRandomState(seed)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it.each([
    [3, 3],
    [4, 3],
    [0.5, 2],
    [0, 2 ** 33],
  ])('refuses randint(%s, %s)', (low, high) => {
    expect(() => createNumpyRandomState(1).randint(low, high)).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });
});
