import { symmetricPadding } from '../device/operations.ts';
import type { KernelOperations, PoolWindows } from '../kernel-layers/kernel-operations.ts';
import { activationCodes } from './activation-codes.ts';

/** What layers in kernels need, by the kernels of `simdKernels`. */
export const simdOperations: KernelOperations = {
  biasGradient: (device, dy) =>
    device.run('Sum', { x: dy }, { axis: dy.shape.slice(0, -1).map((_, axis) => axis), keepDims: false }),
  activationGradient: (device, kind, { dy, saved }) =>
    device.run('activation gradient', { dy, saved }, { activation: activationCodes[kind] }),
  maxPool: (device, x, windows) => device.run('MaxPool', { x }, poolAttributes(windows)),
  maxPoolGradient: (device, { x, y, dy }, windows) =>
    device.run('MaxPoolGrad', { dy, input: x, output: y }, poolAttributes(windows)),
  normaliseBatch(device, inputs, epsilon) {
    const [y, mean, variance] = device.runAll('batch norm training', inputs, { epsilon });
    return { y, mean, variance };
  },
  normalise: (device, inputs, epsilon) => device.run('batch norm by moments', { ...inputs }, { epsilon }),
  normaliseGradient(device, inputs, options) {
    const [dx, gamma, beta] = device.runAll('batch norm gradient', { ...inputs }, options);
    return { dx, gamma, beta };
  },
};

function poolAttributes({ kernel, stride, padding }: PoolWindows): object {
  return { filterSize: [...kernel], strides: [...stride], pad: symmetricPadding(padding) };
}
