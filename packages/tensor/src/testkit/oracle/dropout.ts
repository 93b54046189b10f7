import type { DropoutLayer } from '../../model/layer-spec.ts';
import type { OracleLayer } from './layer-run.ts';
import { zeros } from './values.ts';

/** y = x * mask / (1 - rate) in training mode, y = x otherwise. */
export const dropout: OracleLayer<DropoutLayer> = (layer, input, run) => {
  const output = zeros(input.batch, input.shape);
  if (run.mode === 'eval' || layer.rate === 0) {
    output.data.set(input.data);
    return { output, backward: (dy) => dy };
  }
  const mask = run.dropoutMask(layer, input.data.length);
  const factor = (m: number): number => (mask[m] === 0 ? 0 : 1 / (1 - layer.rate));
  input.data.forEach((x, m) => (output.data[m] = x * factor(m)));
  return { output, backward: (dy) => dy.map((g, m) => g * factor(m)) };
};
