import { columnSums } from './column-sums.ts';

/** Mean and 1 / sqrt(variance + epsilon) of each channel: what normalises. */
export interface Normaliser {
  readonly mean: Float64Array;
  readonly inverseDeviation: Float64Array;
}

/**
 * Mean and biased variance of the columns of x [N, C]. Two passes in double precision: the one-pass formula
 * E[x^2] - E[x]^2 loses all digits when the mean is far larger than the deviation.
 */
export function columnMoments(
  x: Float32Array,
  channels: number,
): { mean: Float64Array; variance: Float64Array } {
  const rows = x.length / channels;
  const mean = columnSums(x, channels).map((sum) => sum / rows);
  const variance = new Float64Array(channels);
  for (let row = 0; row < x.length; row += channels) {
    for (let c = 0; c < channels; c++) {
      const centred = x[row + c] - mean[c];
      variance[c] += centred * centred;
    }
  }
  for (let c = 0; c < channels; c++) variance[c] /= rows;
  return { mean, variance };
}

/** The normaliser of given moments. */
export function normaliserOf(
  mean: ArrayLike<number>,
  variance: ArrayLike<number>,
  epsilon: number,
): Normaliser {
  return {
    mean: Float64Array.from(mean),
    inverseDeviation: Float64Array.from(variance, (v) => 1 / Math.sqrt(v + epsilon)),
  };
}

/** y = gamma (x - mean) / deviation + beta, by channel. */
export function normalise(
  y: Float32Array, // [N, C]
  x: Float32Array, // [N, C]
  { mean, inverseDeviation }: Normaliser,
  gamma: Float32Array, // [C]
  beta: Float32Array, // [C]
): void {
  const channels = gamma.length;
  const scale = inverseDeviation.map((s, c) => s * gamma[c]);
  for (let row = 0; row < x.length; row += channels) {
    for (let c = 0; c < channels; c++) y[row + c] = (x[row + c] - mean[c]) * scale[c] + beta[c];
  }
}

/** The gradients of gamma and beta: sums over rows of dy * normalised x, and of dy. */
export function normaliseParameterGradients(
  dy: Float32Array,
  x: Float32Array,
  { mean, inverseDeviation }: Normaliser,
): { gamma: Float64Array; beta: Float64Array } {
  const channels = mean.length;
  const gamma = new Float64Array(channels);
  const beta = new Float64Array(channels);
  for (let row = 0; row < x.length; row += channels) {
    for (let c = 0; c < channels; c++) {
      const g = dy[row + c];
      beta[c] += g;
      gamma[c] += g * (x[row + c] - mean[c]);
    }
  }
  for (let c = 0; c < channels; c++) gamma[c] *= inverseDeviation[c];
  return { gamma, beta };
}

/**
 * The gradient by x. With `sums`, mean and deviation are functions of x (training mode):
 * dx = gamma / deviation * (dy - mean(dy) - x^ mean(dy x^)), x^ the normalised x; without, they are constants:
 * dx = gamma / deviation * dy.
 */
export function normaliseInputGradient(
  dx: Float32Array,
  dy: Float32Array,
  x: Float32Array,
  { mean, inverseDeviation }: Normaliser,
  gamma: Float32Array,
  sums: { readonly gamma: Float64Array; readonly beta: Float64Array } | undefined,
): void {
  const channels = gamma.length;
  const rows = x.length / channels;
  // dx = a dy + b (x - mean) + c, by channel.
  const a = inverseDeviation.map((s, c) => s * gamma[c]);
  const b = a.map((s, c) => (sums ? (-s * inverseDeviation[c] * sums.gamma[c]) / rows : 0));
  const constant = a.map((s, c) => (sums ? (-s * sums.beta[c]) / rows : 0));
  for (let row = 0; row < x.length; row += channels) {
    for (let c = 0; c < channels; c++) {
      dx[row + c] = a[c] * dy[row + c] + b[c] * (x[row + c] - mean[c]) + constant[c];
    }
  }
}
