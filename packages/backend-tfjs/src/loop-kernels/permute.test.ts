import fc from 'fast-check';
import { expect, it } from 'vitest';
import { invertPermutation, permute } from './permute.ts';

it('reorders axes', () => {
  expect([...permute(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3], [1, 0])]).toEqual([1, 4, 2, 5, 3, 6]);
});

it('is undone by the inverse permutation, and agrees with index arithmetic', () => {
  const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(shapes, fc.infiniteStream(fc.nat()), (shape, order) => {
      const permutation = shape
        .map((_, axis) => [order.next().value as number, axis])
        .sort(([a], [b]) => a - b)
        .map(([, axis]) => axis);
      const count = shape.reduce((a, b) => a * b, 1);
      const values = Float32Array.from({ length: count }, (_, i) => i);
      const output = permute(values, shape, permutation);
      const outShape = permutation.map((axis) => shape[axis]);
      output.forEach((value, at) => {
        const outIndex = indexOf(at, outShape);
        expect(indexOf(value, shape)).toEqual(shape.map((_, axis) => outIndex[permutation.indexOf(axis)]));
      });
      expect(permute(output, outShape, invertPermutation(permutation))).toEqual(values);
    }),
    { seed: 3, numRuns: 50 },
  );
});

function indexOf(position: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(position % shape[axis]);
    position = Math.floor(position / shape[axis]);
  }
  return index;
}
