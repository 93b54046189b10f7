/**
 * Reorders the axes of an array: axis `a` of the output is axis `permutation[a]` of the input.
 *
 * @param shape - of the input
 */
export function permute(
  values: Float32Array,
  shape: readonly number[],
  permutation: readonly number[],
): Float32Array {
  const output = new Float32Array(values.length);
  const rank = shape.length;
  const strides = new Array<number>(rank).fill(1);
  for (let axis = rank - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1];
  const outShape = permutation.map((axis) => shape[axis]);
  const outStrides = permutation.map((axis) => strides[axis]);
  let to = 0;
  const walk = (axis: number, from: number): void => {
    const stride = outStrides[axis];
    const size = outShape[axis];
    if (axis === rank - 1) {
      for (let i = 0; i < size; i++) output[to++] = values[from + i * stride];
    } else {
      for (let i = 0; i < size; i++) walk(axis + 1, from + i * stride);
    }
  };
  walk(0, 0);
  return output;
}

/** The permutation that undoes another. */
export function invertPermutation(permutation: readonly number[]): number[] {
  const inverse: number[] = [];
  permutation.forEach((axis, position) => (inverse[axis] = position));
  return inverse;
}
