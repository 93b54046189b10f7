import { createRng } from '@protonorm/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxDifference } from '../test-data/tables.ts';
import { walshHadamard } from './walsh-hadamard.ts';

const sizes = fc.integer({ min: 0, max: 9 }).map((levels) => 2 ** levels);

function normal(seed: number, n: number): Float64Array {
  const rng = createRng(seed);
  return Float64Array.from({ length: n }, () => rng.normal());
}

function parity(bits: number): number {
  let sum = 0;
  for (let rest = bits; rest > 0; rest >>= 1) sum ^= rest & 1;
  return sum;
}

test('is the product with the Hadamard matrix', () => {
  fc.assert(
    fc.property(sizes, fc.nat(), (n, seed) => {
      const x = normal(seed, n);
      const plain = x.map((_, b) =>
        x.reduce((sum, value, v) => sum + (parity(b & v) === 0 ? value : -value), 0),
      );
      walshHadamard(x);
      expect(maxDifference(x, plain)).toBeLessThan(1e-12 * n);
    }),
    { seed: 1, numRuns: 40 },
  );
});

test('is its own inverse up to n', () => {
  fc.assert(
    fc.property(sizes, fc.nat(), (n, seed) => {
      const x = normal(seed, n);
      const twice = x.slice();
      walshHadamard(twice);
      walshHadamard(twice);
      expect(
        maxDifference(
          twice.map((y) => y / n),
          x,
        ),
      ).toBeLessThan(1e-14);
    }),
    { seed: 2 },
  );
});
