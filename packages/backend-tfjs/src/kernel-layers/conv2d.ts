import type { Conv2dLayer } from '@protonorm/tensor';
import { convolutionOf } from '../layers/conv2d.ts';
import type { Layer, LayerContext } from '../layers/layer.ts';
import type { KernelOperations } from './kernel-operations.ts';

/** 2-D convolution with stride, padding and groups. */
export function conv2dByKernels(
  spec: Conv2dLayer,
  { device, parameter }: LayerContext,
  operations: KernelOperations,
): Layer {
  const weight = parameter(`${spec.name}.weight`)!;
  const bias = parameter(`${spec.name}.bias`);
  const convolution = convolutionOf(spec, device);
  return {
    forward(x) {
      return {
        output: convolution.forward(x, weight.tensor, bias?.tensor),
        saved: [x],
        backward(dy, wanted) {
          weight.addGradientTensor(convolution.filterGradient(x, dy, weight.tensor));
          bias?.addGradientTensor(operations.biasGradient(device, dy));
          return wanted ? convolution.inputGradient(x, dy, weight.tensor) : undefined;
        },
      };
    },
  };
}
