import type { TensorInfo } from '@tensorflow/tfjs-core';
import { elements } from '../device/tensor-memory.ts';
import { matrix } from './image.ts';
import type { SimdKernel } from './simd-kernel.ts';

/** Of rows that fill no vectors tfjs's kernel is faster. */
const leastColumns = 8;

/**
 * Products by element: of equal shapes, of a tensor and one row for all of its rows, or one number; other broadcasting is
 * left to tfjs.
 */
export const multiply: SimdKernel = ({ inputs: { a, b } }, memory) => {
  const { kernels } = memory;
  const [large, small] = isLarger(a, b) ? [a, b] : [b, a];
  if (!isRow(large, small)) return undefined;
  const count = elements(large.shape);
  const columns = elements(small.shape);
  if (columns > 1 && columns < leastColumns && columns < count) return undefined;
  const y = memory.output(large.shape);
  const [from, by] = [memory.address(large), memory.address(small)];
  if (columns === 1) {
    kernels.scaleImages(...matrix(from, count), by, ...matrix(y.address, count), 1, 1, 1, count, 0);
    return y.tensor;
  }
  const rows = count / columns;
  const factors = matrix(by, rows === 1 ? columns : 0); // the same row again and again
  kernels.multiplyImages(
    ...matrix(from, columns),
    ...factors,
    ...matrix(y.address, columns),
    1,
    1,
    rows,
    columns,
    0,
  );
  return y.tensor;
};

function isLarger({ shape: a }: TensorInfo, { shape: b }: TensorInfo): boolean {
  return elements(a) > elements(b) || (elements(a) === elements(b) && a.length >= b.length);
}

/** Whether the small tensor is one row, of the last axes of the large one, or a number. */
function isRow({ shape: large }: TensorInfo, { shape: small }: TensorInfo): boolean {
  if (small.length > large.length) return false;
  let axes = 0;
  while (axes < small.length && small.at(-1 - axes) === large.at(-1 - axes)) axes++;
  return elements(small.slice(0, small.length - axes)) === 1;
}
