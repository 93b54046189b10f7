import type { GlobalAveragePool2dLayer } from '../../model/layer-spec.ts';
import type { OracleLayer } from './layer-run.ts';
import { zeros } from './values.ts';

/** y[n, c] = mean of x[n, :, :, c]; with `keepShape` y[n, 0, 0, c]. */
export const globalAveragePool2d: OracleLayer<GlobalAveragePool2dLayer> = (layer, input) => {
  const [height, width, channels] = input.shape;
  const x = input.data; // [B, h, w, channels]
  const area = height * width;
  const output = zeros(input.batch, layer.keepShape ? [1, 1, channels] : [channels]);
  const target = (m: number): number => Math.floor(m / (area * channels)) * channels + (m % channels);
  x.forEach((value, m) => (output.data[target(m)] += value / area));
  return { output, backward: (dy) => x.map((_, m) => dy[target(m)] / area) };
};
