import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { elements } from '../device/tensor-memory.ts';
import { shortRows } from './image.ts';
import type { SimdKernel } from './simd-kernel.ts';
import type { SimdMemory } from './simd-memory.ts';

/** Sum over axes that follow each other and not the last: tfjs's kernel first transposes there. */
export const sum: SimdKernel = ({ inputs: { x }, attrs }, memory) => reduce(x, attrs, memory, 'sum');

/** The mean, likewise. */
export const mean: SimdKernel = ({ inputs: { x }, attrs }, memory) => reduce(x, attrs, memory, 'mean');

function reduce(
  x: TensorInfo,
  attrs: Readonly<Record<string, unknown>>,
  memory: SimdMemory,
  kind: 'sum' | 'mean',
): TensorInfo | undefined {
  const { shape } = x;
  const axes = util.parseAxisParam(attrs.axis as number | number[], shape).toSorted((a, b) => a - b);
  const [first] = axes;
  if (axes.length === 0 || axes.some((axis, i) => axis !== first + i)) return undefined;
  const outer = elements(shape.slice(0, first));
  const height = shape[first];
  const width = elements(shape.slice(first + 1, first + axes.length));
  const inner = elements(shape.slice(first + axes.length));
  if (inner === 1) return undefined;
  const keep = attrs.keepDims === true;
  const outShape = shape.flatMap((size, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [size]));
  const { kernels } = memory;
  const count = height * width;
  if (outer === 1) {
    const y = memory.zeros(outShape);
    const [rows, pixels] = shortRows(count);
    kernels.columnSums(memory.address(x), 0, pixels * inner, inner, 1, rows, pixels, inner, y.address);
    if (kind === 'mean') kernels.scale(y.address, inner, 1 / count);
    return y.tensor;
  }
  const y = memory.output(outShape);
  const image = [memory.address(x), count * inner, width * inner, inner] as const;
  kernels.globalAveragePool(...image, y.address, inner, outer, height, width, inner);
  if (kind === 'sum') kernels.scale(y.address, outer * inner, count);
  return y.tensor;
}
