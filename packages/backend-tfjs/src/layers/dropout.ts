import { ProtoNormError, type DropoutLayer } from '@protonorm/tensor';
import { elements } from '../device/tensor-memory.ts';
import type { Layer, LayerContext } from './layer.ts';

/**
 * Inverted dropout; the mask is drawn from the pass's Rng, a number for each value in row-major order, or one for each
 * sample.
 */
export function dropoutLayer({ rate, unit = 'value' }: DropoutLayer, { device }: LayerContext): Layer {
  return {
    forward(x, { mode, rng }) {
      if (mode === 'eval' || rate === 0) return { output: x, saved: [], backward: (dy) => dy };
      if (rng === undefined) {
        throw new ProtoNormError('invalid-argument', 'A model with dropout needs an Rng in training mode.', {
          expected: 'ForwardOptions.rng',
          hint: "Pass { mode: 'train', rng: createRng(seed).split('dropout') }.",
        });
      }
      const { shape } = x;
      const size = elements(shape);
      const units = unit === 'sample' ? shape[0] : size;
      const mask = Float32Array.from({ length: units }, () => (rng.uniform() < rate ? 0 : 1 / (1 - rate)));
      const each = size / units;
      const masked = (values: Float32Array, output: Float32Array): void => {
        for (let u = 0, i = 0; u < units; u++) {
          const factor = mask[u];
          for (const end = i + each; i < end; i++) output[i] = values[i] * factor;
        }
      };
      return {
        output: device.compute([x], shape, (y, values) => masked(values, y)),
        saved: [],
        backward: (dy, wanted) =>
          wanted ? device.compute([dy], shape, (dx, gradient) => masked(gradient, dx)) : undefined,
      };
    },
  };
}
