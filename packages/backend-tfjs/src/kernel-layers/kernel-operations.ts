import type { ActivationLayer } from '@protonorm/tensor';
import type { Device, Tensor } from '../device/device.ts';

/** Mean and biased variance of each channel, shape [C] each. */
export interface Moments {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** The windows of a pooling; `padding` on both sides. */
export interface PoolWindows {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
}

/**
 * What layers in kernels need beside tfjs's own kernels, whose names and forms differ from device to device.
 *
 * Each runs inside a `Device.tidy`: tensors that it makes and does not return need no care.
 */
export interface KernelOperations {
  /** The sums of dy over all axes but the last, shape [C]. */
  biasGradient(device: Device, dy: Tensor): Tensor;
  /** dy times the slope; `saved` is the input of silu, the output of the others. */
  activationGradient(
    device: Device,
    kind: ActivationLayer['function'],
    ends: { readonly dy: Tensor; readonly saved: Tensor },
  ): Tensor;
  /** [B, H, W, C] to [B, h, w, C]. */
  maxPool(device: Device, x: Tensor, windows: PoolWindows): Tensor;
  /** To the first maximum of each window. */
  maxPoolGradient(
    device: Device,
    ends: { readonly x: Tensor; readonly y: Tensor; readonly dy: Tensor },
    windows: PoolWindows,
  ): Tensor;
  /** The moments of x [N, C] over its rows, and gamma (x - mean) / sqrt(variance + epsilon) + beta by them. */
  normaliseBatch(
    device: Device,
    inputs: { readonly x: Tensor; readonly gamma: Tensor; readonly beta: Tensor },
    epsilon: number,
  ): Moments & { readonly y: Tensor };
  /** The same by given moments. */
  normalise(
    device: Device,
    inputs: Moments & { readonly x: Tensor; readonly gamma: Tensor; readonly beta: Tensor },
    epsilon: number,
  ): Tensor;
  /** The gradients by x, gamma and beta; with `ofBatch` the moments are functions of x. */
  normaliseGradient(
    device: Device,
    inputs: Moments & { readonly dy: Tensor; readonly x: Tensor; readonly gamma: Tensor },
    options: { readonly epsilon: number; readonly ofBatch: boolean },
  ): { readonly dx: Tensor; readonly gamma: Tensor; readonly beta: Tensor };
}
