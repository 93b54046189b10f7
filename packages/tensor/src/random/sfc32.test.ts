import { expect, it } from 'vitest';
import { sfc32 } from './sfc32.ts';

it('gives the published sequence', () => {
  // github.com/maloquacious/prng, sfc32_test.go: seeded with (0, 12345, 0, 1), the first 12 outputs discarded.
  const next = sfc32([0, 12345, 0, 1]);
  for (let i = 0; i < 12; i++) next();
  expect(Array.from({ length: 10 }, next)).toEqual([
    235160590, 2967261163, 116171463, 2882324903, 362604721, 4227106926, 1933307004, 1608300071, 2256615412,
    2701957640,
  ]);
});

it('takes words of any sign', () => {
  const signed = sfc32([-1, -2, 3, -4]);
  const unsigned = sfc32([2 ** 32 - 1, 2 ** 32 - 2, 3, 2 ** 32 - 4]);
  expect(Array.from({ length: 20 }, signed)).toEqual(Array.from({ length: 20 }, unsigned));
});
