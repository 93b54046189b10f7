import type { ActivationLayer } from '@protonorm/tensor';

/** How kernels call activations. */
export const activationCode = {
  none: 0,
  relu: 1,
  relu6: 2,
  silu: 3,
  tanh: 4,
  sigmoid: 5,
} as const satisfies Record<ActivationLayer['function'] | 'none', number>;

/** Name of an activation, or 'none'. */
export type ActivationName = keyof typeof activationCode;
