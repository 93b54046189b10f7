import type { AdaptiveAveragePool1dLayer } from '@protonorm/tensor';
import { adaptiveAverage, adaptiveAverageGradient } from '../loop-kernels/average-pool.ts';
import type { Layer, LayerContext } from './layer.ts';

/** [B, a] to [B, size] by averages over windows, down or up. */
export function adaptiveAveragePool1dLayer(
  { size }: AdaptiveAveragePool1dLayer,
  { device }: LayerContext,
): Layer {
  return {
    forward(x) {
      const [batch, inputs] = x.shape;
      return {
        output: device.compute([x], [batch, size], (y, values) => adaptiveAverage(y, values, inputs, size)),
        saved: [],
        backward: (dy, wanted) =>
          wanted
            ? device.compute([dy], [batch, inputs], (dx, gradient) =>
                adaptiveAverageGradient(dx, gradient, inputs, size),
              )
            : undefined,
      };
    },
  };
}
