import type { AdaptiveAveragePool1dLayer } from '../../model/layer-spec.ts';
import type { OracleLayer } from './layer-run.ts';
import { zeros } from './values.ts';

/** y[n, j] = mean of x[n, floor(j a / size)] .. x[n, ceil((j + 1) a / size) - 1]. */
export const adaptiveAveragePool1d: OracleLayer<AdaptiveAveragePool1dLayer> = (layer, input) => {
  const [length] = input.shape;
  const { size } = layer;
  const start = (j: number): number => Math.floor((j * length) / size);
  const end = (j: number): number => Math.ceil(((j + 1) * length) / size);
  const x = input.data; // [B, length]
  const output = zeros(input.batch, [size]);
  for (let n = 0; n < input.batch; n++)
    for (let j = 0; j < size; j++)
      for (let i = start(j); i < end(j); i++)
        output.data[n * size + j] += x[n * length + i] / (end(j) - start(j));
  return {
    output,
    backward(dy) {
      const dx = new Float64Array(x.length);
      for (let n = 0; n < input.batch; n++)
        for (let j = 0; j < size; j++)
          for (let i = start(j); i < end(j); i++)
            dx[n * length + i] += dy[n * size + j] / (end(j) - start(j));
      return dx;
    },
  };
};
