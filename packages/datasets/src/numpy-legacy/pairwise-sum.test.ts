import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { pairwiseSum } from './pairwise-sum.ts';

describe('pairwiseSum', () => {
  it('equals np.sum(1 / np.arange(1, n + 1)) for n = 1..1000 bit for bit (NumPy 2.4.6)', () => {
    const sums = Float64Array.from({ length: 1000 }, (_, i) =>
      pairwiseSum(Float64Array.from({ length: i + 1 }, (_, k) => 1 / (k + 1))),
    );
    const bytes = new Uint8Array(sums.buffer);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(
      '084bef3aa01b5bdb72cda4a028fca427a2f601566ae51c11ff0d8b06e96fa1a2',
    );
    expect(sums[19]).toBe(3.597739657143682);
    expect(sums[999]).toBe(7.485470860550345);
  });

  it('is 0 for nothing', () => {
    expect(pairwiseSum(new Float64Array(0))).toBe(0);
  });
});
