import type { DenseLayer } from '@protonorm/tensor';
import { add, matMulTransposed } from '../device/operations.ts';
import type { Layer, LayerContext } from '../layers/layer.ts';
import type { KernelOperations } from './kernel-operations.ts';

/** y = x W^T + b with W [out, in]; dW = dy^T x, db = sum of the rows of dy, dx = dy W. */
export function denseByKernels(
  { name }: DenseLayer,
  { device, parameter }: LayerContext,
  operations: KernelOperations,
): Layer {
  const weight = parameter(`${name}.weight`)!;
  const bias = parameter(`${name}.bias`);
  return {
    forward(x) {
      const product = matMulTransposed(device, x, weight.tensor, { b: true });
      return {
        output: bias ? add(device, product, bias.tensor) : product,
        saved: [x],
        backward(dy, wanted) {
          weight.addGradientTensor(matMulTransposed(device, dy, x, { a: true }));
          bias?.addGradientTensor(operations.biasGradient(device, dy));
          return wanted ? matMulTransposed(device, dy, weight.tensor, {}) : undefined;
        },
      };
    },
  };
}
