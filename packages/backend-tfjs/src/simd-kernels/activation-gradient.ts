import { elements } from '../device/tensor-memory.ts';
import { matrix } from './image.ts';
import type { SimdKernel } from './simd-kernel.ts';

/** dy times the slope of the activation with the code `activation`; `saved` is the input of silu, the output of the others. */
export const activationGradient: SimdKernel = ({ inputs: { dy, saved }, attrs }, memory) => {
  const count = elements(dy.shape);
  const dx = memory.output(dy.shape);
  memory.kernels.activateGradient(
    ...matrix(memory.address(saved), count),
    ...matrix(memory.address(dy), count),
    ...matrix(dx.address, count),
    1,
    1,
    1,
    count,
    Number(attrs.activation),
    0,
  );
  return dx.tensor;
};
