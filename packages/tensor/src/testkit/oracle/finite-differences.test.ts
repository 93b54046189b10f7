import { describe, expect, it } from 'vitest';
import { createRng } from '../../random/rng.ts';
import { drawCase, inner, normals, oracleOf } from '../checks/model-case.ts';
import { smallConvNet } from '../checks/small-nets.ts';
import { finiteDifferences } from './finite-differences.ts';

describe('finiteDifferences', () => {
  it('is the gradient of a smooth function to ten digits', () => {
    const gradient = finiteDifferences((x) => Math.sin(x[0]) * Math.exp(x[1]) + x[2] ** 3, [0.5, -1, 2]);
    const expected = [Math.cos(0.5) * Math.exp(-1), Math.sin(0.5) * Math.exp(-1), 12];
    gradient.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 8));
  });

  it('leaves the point as it is', () => {
    const at = Float64Array.of(1, 2);
    finiteDifferences((x) => x[0] * x[1], at);
    expect(at).toEqual(Float64Array.of(1, 2));
  });

  it('agrees with the oracle’s own backward to eight digits', () => {
    const rng = createRng('backward');
    const drawn = drawCase(smallConvNet, { rng, batch: 3, mode: 'train' });
    const g = normals(9, rng);
    const expected = finiteDifferences(
      (parameters) => inner(g, oracleOf(drawn, { mode: 'train', parameters }).logits),
      drawn.parameters,
    );
    const given = new Float64Array(drawn.parameters.length);
    oracleOf(drawn, { mode: 'train' }).backward({ logits: g }, given);
    const largest = Math.max(...expected.map(Math.abs));
    given.forEach((value, i) => expect(Math.abs(value - expected[i]) / largest).toBeLessThan(1e-8));
  });
});
