import { planModel, type ModelSpec } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { axisSizes } from './axis-sizes.ts';

const spec: ModelSpec = {
  name: 'tiny',
  input: [4],
  features: 3,
  classes: 2,
  encoder: [{ kind: 'dense', name: 'base.fc', inputs: 4, outputs: 3 }],
  head: [{ kind: 'dense', name: 'head', inputs: 3, outputs: 2 }],
};
const federation = { classes: 2, features: 3, rounds: 1, clients: 1 };

describe('axisSizes', () => {
  it('has d and C always, and the parts of the own or the common model', () => {
    expect(axisSizes({}, { federation, hyper: {} })).toEqual({ d: 3, C: 2 });
    const sizes = { d: 3, C: 2, P: 23, E: 15, H: 8 };
    expect(axisSizes({}, { federation, hyper: {}, plan: planModel(spec) })).toEqual(sizes);
    const commonModel = { spec, parameters: new Float32Array(23) };
    expect(axisSizes({}, { federation: { ...federation, commonModel }, hyper: {} })).toEqual(sizes);
  });

  it('has H where the head alone is common', () => {
    const commonHead = { layers: spec.head, parameters: new Float32Array(8) };
    expect(axisSizes({}, { federation: { ...federation, commonHead }, hyper: {} })).toEqual({
      d: 3,
      C: 2,
      H: 8,
    });
  });

  it("has the strategy's own", () => {
    const axes = ({ hyper }: { hyper: Readonly<Record<string, unknown>> }) => ({ s: hyper.size as number });
    expect(axisSizes({ axes }, { federation, hyper: { size: 7 } })).toEqual({ d: 3, C: 2, s: 7 });
  });
});
