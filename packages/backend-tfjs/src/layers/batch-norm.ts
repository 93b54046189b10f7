import { ProtoNormError, type BatchNormLayer } from '@protonorm/tensor';
import {
  columnMoments,
  normalise,
  normaliseInputGradient,
  normaliseParameterGradients,
  normaliserOf,
} from '../loop-kernels/batch-norm.ts';
import type { Layer, LayerContext } from './layer.ts';

/**
 * Batch normalisation over all axes but the last. The running statistics move in every forward pass in training mode,
 * the variance by its unbiased estimate, as in PyTorch.
 */
export function batchNormLayer(spec: BatchNormLayer, { device, parameter, buffer }: LayerContext): Layer {
  const { name, channels, momentum = 0.1, epsilon = 1e-5 } = spec;
  const gamma = parameter(`${name}.weight`)!;
  const beta = parameter(`${name}.bias`)!;
  const runningMean = buffer(`${name}.running_mean`);
  const runningVariance = buffer(`${name}.running_var`);

  const batchStatistics = (values: Float32Array) => {
    const rows = values.length / channels;
    if (rows < 2) {
      throw new ProtoNormError(
        'invalid-argument',
        `Batch normalisation '${name}' in training mode needs more than one value per channel, received one.`,
        { received: rows, expected: '>= 2', hint: 'Use a batch of at least 2 samples, or the mode eval.' },
      );
    }
    const { mean, variance } = columnMoments(values, channels);
    const unbiased = rows / (rows - 1);
    for (let c = 0; c < channels; c++) {
      runningMean[c] += momentum * (mean[c] - runningMean[c]);
      runningVariance[c] += momentum * (variance[c] * unbiased - runningVariance[c]);
    }
    return normaliserOf(mean, variance, epsilon);
  };

  return {
    forward(x, { mode }) {
      const train = mode === 'train';
      const normaliser = train
        ? device.inspect([x], batchStatistics)
        : normaliserOf(runningMean, runningVariance, epsilon);
      const output = device.compute([x], x.shape, (y, values) =>
        normalise(y, values, normaliser, gamma.values, beta.values),
      );
      return {
        output,
        saved: [x],
        backward(dy, wanted) {
          const sums = device.inspect([dy, x], (gradient, values) =>
            normaliseParameterGradients(gradient, values, normaliser),
          );
          gamma.addGradient(sums.gamma);
          beta.addGradient(sums.beta);
          if (!wanted) return undefined;
          return device.compute([dy, x], x.shape, (dx, gradient, values) =>
            normaliseInputGradient(dx, gradient, values, normaliser, gamma.values, train ? sums : undefined),
          );
        },
      };
    },
  };
}
