import { ProtoNormError, type DropoutLayer, type Rng } from '@protonorm/tensor';
import { multiply } from '../device/operations.ts';
import { elements } from '../device/tensor-memory.ts';
import type { Layer, LayerContext } from '../layers/layer.ts';

/** Inverted dropout; the mask is drawn from the pass's Rng, a number for each unit in row-major order. */
export function dropoutByKernels({ rate, unit = 'value' }: DropoutLayer, { device }: LayerContext): Layer {
  return {
    forward(x, { mode, rng }) {
      if (mode === 'eval' || rate === 0) return { output: x, saved: [], backward: (dy) => dy };
      if (rng === undefined) throw withoutRng();
      // A mask of [B, 1, ...] holds for whole samples by broadcasting.
      const shape = unit === 'sample' ? x.shape.map((size, axis) => (axis === 0 ? size : 1)) : x.shape;
      const mask = device.upload(drawMask(rng, rate, elements(shape)), shape);
      return {
        output: multiply(device, x, mask),
        saved: [mask],
        backward: (dy, wanted) => (wanted ? multiply(device, dy, mask) : undefined),
      };
    },
  };
}

function drawMask(rng: Rng, rate: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, () => (rng.uniform() < rate ? 0 : 1 / (1 - rate)));
}

function withoutRng(): ProtoNormError {
  return new ProtoNormError('invalid-argument', 'A model with dropout needs an Rng in training mode.', {
    expected: 'ForwardOptions.rng',
    hint: "Pass { mode: 'train', rng: createRng(seed).split('dropout') }.",
  });
}
