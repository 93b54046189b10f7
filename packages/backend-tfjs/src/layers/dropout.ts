import { ProtoNormError, type DropoutLayer } from '@protonorm/tensor';
import type { Layer, LayerContext } from './layer.ts';

/** Inverted dropout; the mask is drawn from the pass's Rng, a number for each value in row-major order. */
export function dropoutLayer({ rate }: DropoutLayer, { device }: LayerContext): Layer {
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
      const mask = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
        rng.uniform() < rate ? 0 : 1 / (1 - rate),
      );
      const masked = (values: Float32Array, output: Float32Array): void => {
        for (let i = 0; i < mask.length; i++) output[i] = values[i] * mask[i];
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
