import type {
  ActivationLayer,
  BatchNormLayer,
  Conv2dLayer,
  FlattenLayer,
  MaxPool2dLayer,
} from '@protonorm/tensor';

/** max(x, 0). */
export const relu: ActivationLayer = { kind: 'activation', function: 'relu' };

/** min(max(x, 0), 6). */
export const relu6: ActivationLayer = { kind: 'activation', function: 'relu6' };

/** x times sigmoid(x). */
export const silu: ActivationLayer = { kind: 'activation', function: 'silu' };

/** Images to vectors, in PyTorch's order. */
export const flatten: FlattenLayer = { kind: 'flatten' };

/** Maximum over 2x2 windows, stride 2; an odd last row or column is left out. */
export const maxPool2: MaxPool2dLayer = { kind: 'maxPool2d', kernel: [2, 2] };

/** Maximum over 3x3 windows, stride 2, padding 1: what follows the stem of nets for large images. */
export const stemPool: MaxPool2dLayer = {
  kind: 'maxPool2d',
  kernel: [3, 3],
  stride: [2, 2],
  padding: [1, 1],
};

/** A square convolution. */
export function conv(
  name: string,
  channels: readonly [inputs: number, outputs: number],
  options: {
    readonly kernel: number;
    readonly stride?: number;
    readonly padding?: number;
    readonly groups?: number;
    readonly bias?: boolean;
    readonly init?: Conv2dLayer['init'];
  },
): Conv2dLayer {
  const { kernel, stride = 1, padding = 0, groups = 1, bias = true, init } = options;
  return {
    kind: 'conv2d',
    name,
    inputs: channels[0],
    outputs: channels[1],
    kernel: [kernel, kernel],
    ...(stride !== 1 && { stride: [stride, stride] as const }),
    ...(padding !== 0 && { padding: [padding, padding] as const }),
    ...(groups !== 1 && { groups }),
    ...(!bias && { bias }),
    ...(init && { init }),
  };
}

/** Batch normalisation with PyTorch's momentum 0.1 and epsilon 1e-5. */
export function batchNorm(name: string, channels: number): BatchNormLayer {
  return { kind: 'batchNorm', name, channels };
}
