import { ProtoNormError, type BatchNormLayer } from '@protonorm/tensor';
import type { Tensor } from '../device/device.ts';
import { elements } from '../device/tensor-memory.ts';
import type { Layer, LayerContext } from '../layers/layer.ts';
import type { KernelOperations } from './kernel-operations.ts';

/**
 * Batch normalisation over all axes but the last. The running statistics stay on the host and move when the moments of
 * the batch are there, the variance by its unbiased estimate, as in PyTorch.
 */
export function batchNormByKernels(
  { name, channels, momentum = 0.1, epsilon = 1e-5 }: BatchNormLayer,
  { device, parameter, buffer }: LayerContext,
  operations: KernelOperations,
): Layer {
  const gammaOf = parameter(`${name}.weight`)!;
  const betaOf = parameter(`${name}.bias`)!;
  const runningMean = buffer(`${name}.running_mean`);
  const runningVariance = buffer(`${name}.running_var`);

  const moveStatistics = (mean: Tensor, variance: Tensor, rows: number): void => {
    device.observe([mean, variance], (means, variances) => {
      const unbiased = rows / (rows - 1);
      for (let c = 0; c < channels; c++) {
        runningMean[c] += momentum * (means[c] - runningMean[c]);
        runningVariance[c] += momentum * (variances[c] * unbiased - runningVariance[c]);
      }
    });
  };

  return {
    forward(input, { mode }) {
      const ofBatch = mode === 'train';
      const { shape } = input;
      const rows = elements(shape) / channels;
      const gamma = gammaOf.tensor;
      const beta = betaOf.tensor;
      const x = device.reshape(input, [rows, channels]);
      let y: Tensor;
      let mean: Tensor;
      let variance: Tensor;
      if (ofBatch) {
        if (rows < 2) throw tooFew(name, rows);
        ({ y, mean, variance } = operations.normaliseBatch(device, { x, gamma, beta }, epsilon));
        moveStatistics(mean, variance, rows);
      } else {
        mean = device.upload(runningMean, [channels]);
        variance = device.upload(runningVariance, [channels]);
        y = operations.normalise(device, { x, gamma, beta, mean, variance }, epsilon);
      }
      return {
        output: device.reshape(y, shape),
        saved: [x, mean, variance],
        backward(dy, wanted) {
          const gradients = operations.normaliseGradient(
            device,
            { dy: device.reshape(dy, [rows, channels]), x, gamma, mean, variance },
            { epsilon, ofBatch },
          );
          gammaOf.addGradientTensor(gradients.gamma);
          betaOf.addGradientTensor(gradients.beta);
          return wanted ? device.reshape(gradients.dx, shape) : undefined;
        },
      };
    },
  };
}

function tooFew(name: string, rows: number): ProtoNormError {
  return new ProtoNormError(
    'invalid-argument',
    `Batch normalisation '${name}' in training mode needs more than one value per channel, received one.`,
    { received: rows, expected: '>= 2', hint: 'Use a batch of at least 2 samples, or the mode eval.' },
  );
}
