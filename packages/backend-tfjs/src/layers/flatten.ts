import { elements } from '../device/tensor-memory.ts';
import { transpose } from '../device/operations.ts';
import type { Layer, LayerContext } from './layer.ts';

/** [B, h, w, c] to [B, c * h * w], channels first as in PyTorch; other shapes keep their order. */
export function flattenLayer({ device }: LayerContext): Layer {
  return {
    forward(x) {
      const [batch, ...shape] = x.shape;
      const image = shape.length === 3;
      const ordered = image ? transpose(device, x, [0, 3, 1, 2]) : x;
      return {
        output: device.reshape(ordered, [batch, elements(shape)]),
        saved: [],
        backward(dy, wanted) {
          if (!wanted) return undefined;
          if (!image) return device.reshape(dy, [batch, ...shape]);
          const [height, width, channels] = shape;
          return transpose(device, device.reshape(dy, [batch, channels, height, width]), [0, 2, 3, 1]);
        },
      };
    },
  };
}
