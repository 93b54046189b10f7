import type { ChannelShuffleLayer } from '@protonorm/tensor';
import type { Device, Tensor } from '../device/device.ts';
import { transpose } from '../device/operations.ts';
import { elements } from '../device/tensor-memory.ts';
import type { Layer, LayerContext } from './layer.ts';

/** Channels as a matrix [groups, channels / groups], transposed; the gradient is transposed back. */
export function channelShuffleLayer({ groups }: ChannelShuffleLayer, { device }: LayerContext): Layer {
  return {
    forward(x) {
      return {
        output: transposeChannels(device, x, groups),
        saved: [],
        backward: (dy, wanted) =>
          wanted ? transposeChannels(device, dy, dy.shape.at(-1)! / groups) : undefined,
      };
    },
  };
}

function transposeChannels(device: Device, x: Tensor, rows: number): Tensor {
  const channels = x.shape.at(-1)!;
  const matrices = device.reshape(x, [elements(x.shape) / channels, rows, channels / rows]);
  return device.reshape(transpose(device, matrices, [0, 2, 1]), x.shape);
}
