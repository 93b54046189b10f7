import type { Device, Tensor } from '../device/device.ts';
import { multiply, symmetricPadding } from '../device/operations.ts';
import { elements } from '../device/tensor-memory.ts';
import type { KernelOperations } from '../kernel-layers/kernel-operations.ts';

/** What layers in kernels need, by tfjs's WebGPU kernels and the shaders of this folder. */
export const webgpuOperations: KernelOperations = {
  biasGradient: (device, dy) => columnSums(device, dy),

  activationGradient: (device, kind, { dy, saved }) =>
    device.run(`${kind} gradient`, { dy, saved }, { shape: dy.shape }),

  maxPool: (device, x, { kernel, stride, padding }) =>
    device.run(
      'MaxPool',
      { x },
      { filterSize: [...kernel], strides: [...stride], pad: symmetricPadding(padding) },
    ),

  maxPoolGradient: (device, { x, y, dy }, { kernel, stride, padding }) =>
    device.run(
      'max pool gradient',
      { x, y, dy },
      {
        shape: x.shape,
        uniforms: [kernel, stride, padding].map((data) => ({ type: 'int32', data: [...data] })),
      },
    ),

  normaliseBatch(device, { x, gamma, beta }, epsilon) {
    const mean = columnMeans(device, x);
    const centred = device.run('Sub', { a: x, b: mean });
    const variance = columnMeans(device, multiply(device, centred, centred));
    return { y: this.normalise(device, { x, gamma, beta, mean, variance }, epsilon), mean, variance };
  },

  normalise: (device, { x, gamma, beta, mean, variance }, epsilon) =>
    device.run(
      'FusedBatchNorm',
      { x, mean, variance, offset: beta, scale: gamma },
      { varianceEpsilon: epsilon },
    ),

  normaliseGradient(device, { dy, x, gamma, mean, variance }, { epsilon, ofBatch }) {
    const { shape } = x;
    const uniform = (value: number) => ({ type: 'float32', data: [value] });
    const byBeta = columnSums(device, dy);
    const scaled = device.run(
      'scale gradient',
      { dy, x, mean, variance },
      { shape, uniforms: [uniform(epsilon)] },
    );
    const byGamma = columnSums(device, scaled);
    const dx = device.run(
      'normalise gradient',
      { dy, x, mean, variance, gamma, byGamma, byBeta },
      { shape, uniforms: [uniform(epsilon), uniform(ofBatch ? 1 / shape[0] : 0)] },
    );
    return { dx, gamma: byGamma, beta: byBeta };
  },
};

function columnSums(device: Device, x: Tensor): Tensor {
  return device.run('Sum', { x: rowsOf(device, x) }, { axis: [0], keepDims: false });
}

function columnMeans(device: Device, x: Tensor): Tensor {
  return device.run('Mean', { x: rowsOf(device, x) }, { axis: [0], keepDims: false });
}

/** [..., C] as [N, C]. */
function rowsOf(device: Device, x: Tensor): Tensor {
  const channels = x.shape.at(-1)!;
  return device.reshape(x, [elements(x.shape) / channels, channels]);
}
