import type { Device, KernelOperations, PoolWindows, Tensor } from '@protonorm/backend-tfjs';
import { explicitPadding } from './convolution-kernels.ts';
import type { NativeAttributes } from './native-calls.ts';
import type { NativeOperation } from './native-kernels.ts';

const nhwc = { data_format: 'NHWC' } as const;

/** What layers in kernels need, by TensorFlow's fused operations and gradients. */
export const nativeOperations: KernelOperations = {
  biasGradient: (device, dy) => native(device, 'BiasAddGrad', [dy], nhwc),

  activationGradient(device, kind, { dy, saved }) {
    switch (kind) {
      case 'relu':
        return native(device, 'ReluGrad', [dy, saved]);
      case 'relu6':
        return native(device, 'Relu6Grad', [dy, saved]);
      case 'sigmoid':
        return native(device, 'SigmoidGrad', [saved, dy]);
      case 'tanh':
        return native(device, 'TanhGrad', [saved, dy]);
      case 'silu': {
        // The slope of x s(x): s + x s (1 - s).
        const s = native(device, 'Sigmoid', [saved]);
        const bySigmoid = native(device, 'SigmoidGrad', [s, native(device, 'Mul', [dy, saved])]);
        return native(device, 'AddV2', [native(device, 'Mul', [dy, s]), bySigmoid]);
      }
    }
  },

  maxPool: (device, x, windows) => native(device, 'MaxPool', [x], poolAttributes(windows)),

  maxPoolGradient: (device, { x, y, dy }, windows) =>
    native(device, 'MaxPoolGrad', [x, y, dy], poolAttributes(windows)),

  normaliseBatch(device, { x, gamma, beta }, epsilon) {
    const none = device.upload(new Float32Array(0), [0]);
    // The second and third output are the moments with an unbiased variance, the next two those for the gradient.
    const [y, , , mean, variance] = nativeAll(
      device,
      [image(device, x), gamma, beta, none, none],
      normalisation('FusedBatchNormV3', { outputs: 6, epsilon, ofBatch: true }),
    );
    return { y, mean, variance };
  },

  normalise: (device, { x, gamma, beta, mean, variance }, epsilon) =>
    nativeAll(
      device,
      [image(device, x), gamma, beta, mean, variance],
      normalisation('FusedBatchNormV3', { outputs: 6, epsilon, ofBatch: false }),
    )[0],

  normaliseGradient(device, { dy, x, gamma, mean, variance }, { epsilon, ofBatch }) {
    const none = device.upload(new Float32Array(0), [0]);
    const [dx, byGamma, byBeta] = nativeAll(
      device,
      [image(device, dy), image(device, x), gamma, mean, variance, none],
      normalisation('FusedBatchNormGradV3', { outputs: 5, epsilon, ofBatch }),
    );
    return { dx, gamma: byGamma, beta: byBeta };
  },
};

function native(
  device: Device,
  operation: string,
  inputs: readonly Tensor[],
  attributes: NativeAttributes = {},
): Tensor {
  return nativeAll(device, inputs, { operation, outputs: 1, attributes })[0];
}

function nativeAll(device: Device, inputs: readonly Tensor[], operation: NativeOperation): Tensor[] {
  return device.runAll('TensorFlow', inputs as unknown as Record<string, Tensor>, operation);
}

/** [N, C] as [N, 1, 1, C]: TensorFlow normalises images. */
function image(device: Device, x: Tensor): Tensor {
  const [rows, channels] = x.shape;
  return device.reshape(x, [rows, 1, 1, channels]);
}

function poolAttributes({ kernel, stride, padding: [height, width] }: PoolWindows): NativeAttributes {
  return {
    ...nhwc,
    ksize: [1, ...kernel, 1],
    strides: [1, ...stride, 1],
    ...explicitPadding([
      [0, 0],
      [height, height],
      [width, width],
      [0, 0],
    ]),
  };
}

function normalisation(
  operation: string,
  options: { readonly outputs: number; readonly epsilon: number; readonly ofBatch: boolean },
): NativeOperation {
  return {
    operation,
    outputs: options.outputs,
    attributes: {
      ...nhwc,
      U: 'float32',
      epsilon: { float: options.epsilon },
      is_training: options.ofBatch,
    },
  };
}
