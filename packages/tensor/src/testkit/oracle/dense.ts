import type { DenseLayer } from '../../model/layer-spec.ts';
import type { OracleLayer } from './layer-run.ts';
import { zeros } from './values.ts';

/** y = x W^T + b. */
export const dense: OracleLayer<DenseLayer> = (layer, input, run) => {
  const { inputs, outputs } = layer;
  const { weight, bias } = run.arrays(layer); // [outputs, inputs], [outputs]
  const x = input.data; // [B, inputs]
  const output = zeros(input.batch, [outputs]);
  for (let n = 0; n < input.batch; n++) {
    for (let o = 0; o < outputs; o++) {
      let sum = bias?.[o] ?? 0;
      for (let i = 0; i < inputs; i++) sum += x[n * inputs + i] * weight![o * inputs + i];
      output.data[n * outputs + o] = sum;
    }
  }
  return {
    output,
    backward(dy) {
      const gradients = run.gradients(layer);
      const dx = new Float64Array(x.length);
      for (let n = 0; n < input.batch; n++) {
        for (let o = 0; o < outputs; o++) {
          const g = dy[n * outputs + o];
          if (gradients.bias) gradients.bias[o] += g;
          for (let i = 0; i < inputs; i++) {
            gradients.weight![o * inputs + i] += g * x[n * inputs + i];
            dx[n * inputs + i] += g * weight![o * inputs + i];
          }
        }
      }
      return dx;
    },
  };
};
