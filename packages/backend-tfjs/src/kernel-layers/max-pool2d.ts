import type { MaxPool2dLayer } from '@protonorm/tensor';
import type { Layer, LayerContext } from '../layers/layer.ts';
import type { KernelOperations } from './kernel-operations.ts';

/** Maximum over windows, with any symmetric padding. */
export function maxPool2dByKernels(
  { kernel, stride = kernel, padding = [0, 0] }: MaxPool2dLayer,
  { device }: LayerContext,
  operations: KernelOperations,
): Layer {
  const windows = { kernel, stride, padding };
  return {
    forward(x) {
      const y = operations.maxPool(device, x, windows);
      return {
        output: y,
        saved: [x, y],
        backward: (dy, wanted) =>
          wanted ? operations.maxPoolGradient(device, { x, y, dy }, windows) : undefined,
      };
    },
  };
}
