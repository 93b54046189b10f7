import type { ActivationLayer } from '@protonorm/tensor';
import { multiply } from '../device/operations.ts';
import type { Layer, LayerContext } from '../layers/layer.ts';
import type { KernelOperations } from './kernel-operations.ts';

const forwardKernels = { relu: 'Relu', relu6: 'Relu6', sigmoid: 'Sigmoid', tanh: 'Tanh' } as const;

/** Element-wise functions. At the kinks of ReLU and ReLU6 the slope is 0, as in PyTorch. */
export function activationByKernels(
  { function: kind }: ActivationLayer,
  { device }: LayerContext,
  operations: KernelOperations,
): Layer {
  return {
    forward(x) {
      const output =
        kind === 'silu'
          ? multiply(device, x, device.run('Sigmoid', { x }))
          : device.run(forwardKernels[kind], { x });
      const saved = kind === 'silu' ? x : output;
      return {
        output,
        saved: [saved],
        backward: (dy, wanted) =>
          wanted ? operations.activationGradient(device, kind, { dy, saved }) : undefined,
      };
    },
  };
}
