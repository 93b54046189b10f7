import type { AdaptiveAveragePool1dLayer } from '@protonorm/tensor';
import { matMulTransposed } from '../device/operations.ts';
import { adaptiveAverageGradient } from '../loop-kernels/average-pool.ts';
import type { Layer, LayerContext } from '../layers/layer.ts';

/** [B, a] to [B, size] by averages over windows, down or up: a matrix product, its matrix [size, a] of window weights. */
export function adaptiveAveragePool1dByKernels(
  { size }: AdaptiveAveragePool1dLayer,
  { device }: LayerContext,
): Layer {
  return {
    forward(x) {
      const inputs = x.shape[1];
      const weights = device.upload(windowWeights(inputs, size), [size, inputs]);
      return {
        output: matMulTransposed(device, x, weights, { b: true }),
        saved: [weights],
        backward: (dy, wanted) => (wanted ? matMulTransposed(device, dy, weights, {}) : undefined),
      };
    },
  };
}

/** Row i is what output i takes of each input: the gradient of output i. */
function windowWeights(inputs: number, size: number): Float32Array {
  const weights = new Float32Array(size * inputs);
  const units = Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  adaptiveAverageGradient(weights, units, inputs, size);
  return weights;
}
