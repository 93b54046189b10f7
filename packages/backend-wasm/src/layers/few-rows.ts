import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Execution } from '../graph/operation.ts';
import type { Storage } from '../graph/storage.ts';
import type { Convolution } from './convolution.ts';

/** Samples up to which the gradient by the weights takes the time that they take to be read and written. */
const FEW = 64;

/** Whether so few samples go this way. */
export function areFewRows(samples: number): boolean {
  return samples <= FEW;
}

/** Space that {@link addFilterGradientOfFewRows} needs. */
export function fewRowsScratch(graph: GraphBuilder, { name, x }: Convolution): Storage {
  const inputs = x.height * x.width * x.channels;
  return graph.space(`${name} strips`, (capacity) => {
    const rows = Math.min(capacity, FEW);
    return 16 * rows * Math.ceil(inputs / 4) + 32 * rows;
  });
}

/** dW += X^T dY of a layer with one output pixel of the whole image, the weights gone through once. */
export function addFilterGradientOfFewRows(
  { x, y, weights }: Convolution,
  { kernels, size: n }: Execution,
  scratch: Storage,
): void {
  const inputs = x.height * x.width * x.channels;
  kernels.filterGradientOfFewRows(
    x.address,
    x.image,
    n,
    inputs,
    weights.gradient,
    inputs * 8,
    y.gradient.address,
    y.gradient.image,
    y.channels,
    scratch.address,
  );
}
