import { ProtoNormError } from '../../errors/protonorm-error.ts';
import type { BatchNormLayer } from '../../model/layer-spec.ts';
import type { OracleLayer } from './layer-run.ts';
import { zeros } from './values.ts';

/** y = (x - mean) / sqrt(variance + epsilon) * weight + bias, channel by channel. */
export const batchNorm: OracleLayer<BatchNormLayer> = (layer, input, run) => {
  const { channels, momentum = 0.1, epsilon = 1e-5 } = layer;
  const { weight, bias, running_mean, running_var } = run.arrays(layer); // each [channels]
  const x = input.data; // [count, channels]
  const count = x.length / channels;
  const train = run.mode === 'train';
  if (train && count < 2) {
    throw new ProtoNormError(
      'invalid-argument',
      `Batch normalisation '${layer.name}' got one value per channel, which has no variance.`,
      { received: count, hint: 'Train on batches of at least two samples.' },
    );
  }
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  for (let c = 0; c < channels; c++) {
    if (train) {
      for (let m = c; m < x.length; m += channels) mean[c] += x[m] / count;
      for (let m = c; m < x.length; m += channels) variance[c] += (x[m] - mean[c]) ** 2 / count;
      const unbiased = (variance[c] * count) / (count - 1);
      running_mean![c] += momentum * (mean[c] - running_mean![c]);
      running_var![c] += momentum * (unbiased - running_var![c]);
    } else {
      mean[c] = running_mean![c];
      variance[c] = running_var![c];
    }
  }
  const scale = variance.map((v) => 1 / Math.sqrt(v + epsilon)); // [channels]
  const normal = x.map((value, m) => (value - mean[m % channels]) * scale[m % channels]); // [count, channels]
  const output = zeros(input.batch, input.shape);
  for (let m = 0; m < x.length; m++) output.data[m] = normal[m] * weight![m % channels] + bias![m % channels];

  return {
    output,
    backward(dy) {
      const gradients = run.gradients(layer);
      const dx = new Float64Array(x.length);
      for (let c = 0; c < channels; c++) {
        let sum = 0; // of dy
        let projection = 0; // of dy * normal
        for (let m = c; m < x.length; m += channels) {
          sum += dy[m];
          projection += dy[m] * normal[m];
        }
        gradients.bias![c] += sum;
        gradients.weight![c] += projection;
        // In training, mean and variance move with x and take their share away.
        for (let m = c; m < x.length; m += channels) {
          const share = train ? (sum + normal[m] * projection) / count : 0;
          dx[m] = weight![c] * scale[c] * (dy[m] - share);
        }
      }
      return dx;
    },
  };
};
