import type { ModelArray } from '@protonorm/tensor';

/** Inputs that one output of a dense or convolutional layer sums over: inputs, or inputs / groups * kh * kw. */
export function fanIn({ layer }: ModelArray): number {
  if (layer.kind === 'dense') return layer.inputs;
  if (layer.kind === 'conv2d')
    return (layer.inputs / (layer.groups ?? 1)) * layer.kernel[0] * layer.kernel[1];
  return 1;
}

/** Outputs times kernel size, as PyTorch's `_calculate_fan_in_and_fan_out` counts (groups do not matter). */
export function fanOut({ layer }: ModelArray): number {
  if (layer.kind === 'dense') return layer.outputs;
  if (layer.kind === 'conv2d') return layer.outputs * layer.kernel[0] * layer.kernel[1];
  return 1;
}
