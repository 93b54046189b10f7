import { elements } from '../device/tensor-memory.ts';
import type { SimdKernel } from './simd-kernel.ts';

/** The same numbers once more: by another reference, where tfjs's kernel copies. Tensors never change. */
export const identity: SimdKernel = ({ inputs: { x }, backend }) => {
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
};

/** A tensor repeated as a whole, as along leading axes of size 1; what repeats parts of it is left to tfjs. */
export const tile: SimdKernel = ({ inputs: { x }, attrs }, memory) => {
  const reps = attrs.reps as readonly number[];
  const whole = reps.every((times, axis) => times === 1 || elements(x.shape.slice(0, axis)) === 1);
  const count = elements(x.shape);
  const times = elements(reps);
  if (!whole || times === 0) return undefined;
  const y = memory.output(x.shape.map((size, axis) => size * reps[axis]));
  memory.kernels.copyImages(memory.address(x), 0, 0, 0, y.address, 0, 0, count, 1, 1, times, count);
  return y.tensor;
};
