import type { ActivationLayer } from '@protonorm/tensor';
import type { Device, Tensor } from '../device/device.ts';
import { multiply } from '../device/operations.ts';
import type { Layer, LayerContext } from './layer.ts';

interface Activation {
  forward(device: Device, x: Tensor): Tensor;
  /** Which of its ends the gradient is computed from. */
  readonly saves: 'input' | 'output';
  /** dy times the slope. */
  backward(device: Device, dy: Tensor, saved: Tensor): Tensor;
}

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

const activations: Record<ActivationLayer['function'], Activation> = {
  relu: {
    forward: (device, x) => device.run('Relu', { x }),
    saves: 'output',
    backward: (device, dy, y) => multiply(device, dy, device.run('Step', { x: y }, { alpha: 0 })),
  },
  relu6: {
    forward: (device, x) => device.run('Relu6', { x }),
    saves: 'output',
    backward: (device, dy, y) => slopes(device, dy, y, (output) => (output > 0 && output < 6 ? 1 : 0)),
  },
  sigmoid: {
    forward: (device, x) => device.run('Sigmoid', { x }),
    saves: 'output',
    backward: (device, dy, y) => slopes(device, dy, y, (output) => output * (1 - output)),
  },
  tanh: {
    forward: (device, x) => device.run('Tanh', { x }),
    saves: 'output',
    backward: (device, dy, y) => slopes(device, dy, y, (output) => 1 - output * output),
  },
  silu: {
    forward: (device, x) => multiply(device, x, device.run('Sigmoid', { x })),
    saves: 'input',
    backward: (device, dy, x) =>
      slopes(device, dy, x, (input) => {
        const s = sigmoid(input);
        return s * (1 + input * (1 - s));
      }),
  },
};

/** Element-wise functions. At the kinks of ReLU and ReLU6 the slope is 0, as in PyTorch. */
export function activationLayer(spec: ActivationLayer, { device }: LayerContext): Layer {
  const activation = activations[spec.function];
  return {
    forward(x) {
      const output = activation.forward(device, x);
      const saved = activation.saves === 'input' ? x : output;
      return {
        output,
        saved: [saved],
        backward: (dy, wanted) => (wanted ? activation.backward(device, dy, saved) : undefined),
      };
    },
  };
}

function slopes(device: Device, dy: Tensor, saved: Tensor, slope: (value: number) => number): Tensor {
  return device.compute([dy, saved], dy.shape, (dx, gradient, values) => {
    for (let i = 0; i < dx.length; i++) dx[i] = gradient[i] * slope(values[i]);
  });
}
