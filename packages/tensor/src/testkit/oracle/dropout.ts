import type { DropoutLayer } from '../../model/layer-spec.ts';
import type { OracleLayer } from './layer-run.ts';
import { zeros } from './values.ts';

/** y = x * mask / (1 - rate) in training mode, y = x otherwise; the mask has a number for each value or each sample. */
export const dropout: OracleLayer<DropoutLayer> = (layer, input, run) => {
  const output = zeros(input.batch, input.shape);
  if (run.mode === 'eval' || layer.rate === 0) {
    output.data.set(input.data);
    return { output, backward: (dy) => dy };
  }
  const unit = layer.unit === 'sample' ? input.data.length / input.batch : 1;
  const mask = run.dropoutMask(layer, input.data.length / unit);
  const factor = (m: number): number => (mask[Math.floor(m / unit)] === 0 ? 0 : 1 / (1 - layer.rate));
  input.data.forEach((x, m) => (output.data[m] = x * factor(m)));
  return { output, backward: (dy) => dy.map((g, m) => g * factor(m)) };
};
