import type { ModelArray } from '@protonorm/tensor';
import { invertPermutation, permute } from '../loop-kernels/permute.ts';

/** How an array of a model lies on the device: its canonical numbers, seen as `view`, with their axes permuted. */
export interface ParameterLayout {
  /** Shape on the device. */
  readonly shape: readonly number[];
  /** To the device's order from the canonical one, and back; left out when both are the same. */
  readonly reorder?: {
    toDevice(values: Float32Array): Float32Array;
    toCanonical(values: Float32Array): Float32Array;
  };
}

/**
 * The layouts that the layers take, from PyTorch's of `planModel`: convolution [kh, kw, in, out]; depthwise
 * [kh, kw, in, multiplier]; other groups [group, kh, kw, in, out]; dense and vectors as they are.
 */
export function parameterLayout({ layer, role, shape }: ModelArray): ParameterLayout {
  if (role === 'weight' && layer.kind === 'conv2d') {
    const [outputs, inputs, height, width] = shape;
    const groups = layer.groups ?? 1;
    if (groups === 1) return permuted(shape, [2, 3, 1, 0]);
    if (groups === layer.inputs) return permuted([groups, outputs / groups, height, width], [2, 3, 0, 1]);
    return permuted([groups, outputs / groups, inputs, height, width], [0, 3, 4, 2, 1]);
  }
  return { shape };
}

function permuted(view: readonly number[], permutation: readonly number[]): ParameterLayout {
  const shape = permutation.map((axis) => view[axis]);
  return {
    shape,
    reorder: {
      toDevice: (values) => permute(values, view, permutation),
      toCanonical: (values) => permute(values, shape, invertPermutation(permutation)),
    },
  };
}
