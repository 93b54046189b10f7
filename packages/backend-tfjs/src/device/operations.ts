import type { Device, Tensor } from './device.ts';

/** Zeros around an image: [[0, 0], [top, bottom], [left, right], [0, 0]]. */
export type ExplicitPadding = [[0, 0], [number, number], [number, number], [0, 0]];

/** The same number of zeros before and after. */
export function symmetricPadding([height, width]: readonly [number, number]): ExplicitPadding {
  return [
    [0, 0],
    [height, height],
    [width, width],
    [0, 0],
  ];
}

/**
 * a b, [M, K] times [K, N]. There is no transposed form on purpose: tfjs's WASM kernel falls to a naive loop then
 * (1.0-1.7 GFLOP/s instead of 25), so transpose first.
 */
export function matMul(device: Device, a: Tensor, b: Tensor): Tensor {
  return device.run('BatchMatMul', { a, b }, { transposeA: false, transposeB: false });
}

/** The product of a and b, each first transposed if so said: where the device does that without a copy. */
export function matMulTransposed(
  device: Device,
  a: Tensor,
  b: Tensor,
  transposed: { readonly a?: boolean; readonly b?: boolean },
): Tensor {
  const { a: transposeA = false, b: transposeB = false } = transposed;
  return device.run('BatchMatMul', { a, b }, { transposeA, transposeB });
}

/** The axes of x in another order, as a new tensor. */
export function transpose(device: Device, x: Tensor, permutation: readonly number[]): Tensor {
  return device.run('Transpose', { x }, { perm: [...permutation] });
}

/** a + b, equal shapes, or b a row that is added to each of a. */
export function add(device: Device, a: Tensor, b: Tensor): Tensor {
  return device.run('Add', { a, b });
}

/** a * b by element, equal shapes. */
export function multiply(device: Device, a: Tensor, b: Tensor): Tensor {
  return device.run('Multiply', { a, b });
}

/** Part of a tensor: `size` elements from `begin` on, by axis. */
export function slice(device: Device, x: Tensor, begin: readonly number[], size: readonly number[]): Tensor {
  return device.run('Slice', { x }, { begin: [...begin], size: [...size] });
}

/** Tensors one behind the other along an axis. */
export function concat(device: Device, parts: readonly Tensor[], axis: number): Tensor {
  // The inputs of this kernel are an array, which the types of tfjs do not know.
  return device.run('Concat', [...parts] as unknown as Record<string, Tensor>, { axis });
}

/** Tensors side by side along their last axis. */
export function concatChannels(device: Device, parts: readonly Tensor[]): Tensor {
  return concat(device, parts, parts[0].shape.length - 1);
}
