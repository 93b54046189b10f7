import type { FlattenLayer } from '../../model/layer-spec.ts';
import type { OracleLayer } from './layer-run.ts';
import { zeros } from './values.ts';

/** [h, w, c] to [c * h * w]: y[n, c, h, w] = x[n, h, w, c]; other shapes keep their order. */
export const flatten: OracleLayer<FlattenLayer> = (_layer, input) => {
  const image = input.shape.length === 3;
  const [height, width, channels] = image ? input.shape : [1, 1, input.shape.reduce((a, b) => a * b, 1)];
  const size = height * width * channels;
  const output = zeros(input.batch, [size]);
  const target = (m: number): number => {
    const sample = Math.floor(m / size);
    const pixel = Math.floor((m % size) / channels);
    return sample * size + (m % channels) * height * width + pixel;
  };
  input.data.forEach((value, m) => (output.data[target(m)] = value));
  return { output, backward: (dy) => input.data.map((_, m) => dy[target(m)]) };
};
