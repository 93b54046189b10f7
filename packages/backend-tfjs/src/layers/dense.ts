import type { DenseLayer } from '@protonorm/tensor';
import { add, matMul, transpose } from '../device/operations.ts';
import { columnSums } from '../loop-kernels/column-sums.ts';
import type { Layer, LayerContext } from './layer.ts';

/**
 * y = x W^T + b with W [out, in], PyTorch's layout; dW = dy^T x, db = sum of the rows of dy, dx = dy W.
 *
 * The products are written so that their right factor, which tfjs's WASM kernel packs anew in each call, is the batch
 * and not the weights: y^T = W x^T and dx^T = W^T dy^T. Measured: 78 instead of 115 ms a step for FedAvgCNN.
 */
export function denseLayer({ name }: DenseLayer, { device, parameter }: LayerContext): Layer {
  const weight = parameter(`${name}.weight`)!;
  const bias = parameter(`${name}.bias`);
  const swap = [1, 0];
  return {
    forward(x) {
      const product = transpose(device, matMul(device, weight.tensor, transpose(device, x, swap)), swap);
      return {
        output: bias ? add(device, product, bias.tensor) : product,
        saved: [x],
        backward(dy, wanted) {
          const dyColumns = transpose(device, dy, swap); // [out, B]
          weight.addGradientTensor(matMul(device, dyColumns, x));
          if (bias) bias.addGradient(device.inspect([dy], (values) => columnSums(values, bias.array.size)));
          if (!wanted) return undefined;
          return transpose(device, matMul(device, transpose(device, weight.tensor, swap), dyColumns), swap);
        },
      };
    },
  };
}
