import type { DenseLayer } from '@protonorm/tensor';
import { matMul, matMulBias, transpose } from '../device/operations.ts';
import { columnSums } from '../loop-kernels/column-sums.ts';
import type { Layer, LayerContext } from './layer.ts';

/** y = x W + b with W [in, out]; dW = x^T dy, db = sum of the rows of dy, dx = dy W^T. */
export function denseLayer({ name }: DenseLayer, { device, parameter }: LayerContext): Layer {
  const weight = parameter(`${name}.weight`)!;
  const bias = parameter(`${name}.bias`);
  return {
    forward(x) {
      const output = bias
        ? matMulBias(device, x, { b: weight.tensor, bias: bias.tensor })
        : matMul(device, x, weight.tensor);
      return {
        output,
        saved: [x],
        backward(dy, wanted) {
          weight.addGradientTensor(matMul(device, transpose(device, x, [1, 0]), dy));
          if (bias) bias.addGradient(device.inspect([dy], (values) => columnSums(values, bias.array.size)));
          return wanted ? matMul(device, dy, transpose(device, weight.tensor, [1, 0])) : undefined;
        },
      };
    },
  };
}
