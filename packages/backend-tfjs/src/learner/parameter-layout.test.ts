import { planModel, type Conv2dLayer } from '@protonorm/tensor';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parameterLayout } from './parameter-layout.ts';

const layoutOf = (layer: Conv2dLayer) => {
  const features = layer.outputs * 9;
  const plan = planModel({
    name: 'net',
    input: [8 + layer.kernel[0], 2 + layer.kernel[1], layer.inputs],
    features,
    classes: 1,
    encoder: [{ ...layer, stride: [4, 1], padding: [0, 0] }, { kind: 'flatten' }],
    head: [{ kind: 'dense', name: 'head', inputs: features, outputs: 1 }],
  });
  return { ...plan.parameters[0], ...parameterLayout(plan.parameters[0]) };
};
const base = { kind: 'conv2d', name: 'conv', kernel: [2, 3] } as const;

it('holds filters as the kernels take them', () => {
  expect(layoutOf({ ...base, inputs: 4, outputs: 6 }).shape).toEqual([2, 3, 4, 6]);
  expect(layoutOf({ ...base, inputs: 4, outputs: 8, groups: 4 }).shape).toEqual([2, 3, 4, 2]);
  expect(layoutOf({ ...base, inputs: 4, outputs: 6, groups: 2 }).shape).toEqual([2, 2, 3, 2, 3]);
});

it('puts PyTorch weight [o, i, y, x] at [y, x, i, o], and back', () => {
  const { reorder, size } = layoutOf({ ...base, inputs: 4, outputs: 6 });
  const device = reorder!.toDevice(Float32Array.from({ length: size }, (_, i) => i));
  const [o, i, y, x] = [5, 2, 1, 0];
  expect(device[((y * 3 + x) * 4 + i) * 6 + o]).toBe(((o * 4 + i) * 2 + y) * 3 + x);
});

it('loses nothing on the way', () => {
  const small = fc.integer({ min: 1, max: 4 });
  fc.assert(
    fc.property(small, small, small, (inputs, multiplier, groups) => {
      const layers = [
        { ...base, inputs, outputs: multiplier },
        { ...base, inputs, outputs: inputs * multiplier, groups: inputs },
        { ...base, inputs: inputs * groups, outputs: multiplier * groups, groups },
      ];
      for (const layer of layers) {
        const { reorder, size } = layoutOf(layer);
        const values = Float32Array.from({ length: size }, (_, i) => i);
        expect(reorder!.toCanonical(reorder!.toDevice(values))).toEqual(values);
      }
    }),
    { seed: 1, numRuns: 30 },
  );
});
