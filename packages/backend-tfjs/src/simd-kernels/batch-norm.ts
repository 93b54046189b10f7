import { elements } from '../device/tensor-memory.ts';
import { shortRows, type Image } from './image.ts';
import type { SimdKernel } from './simd-kernel.ts';

/** Every axis but the last as pixels: how the kernels of batch normalisation see a tensor. */
function pixelsOf(shape: readonly number[]) {
  const channels = shape.at(-1)!;
  const pixels = elements(shape) / channels;
  const [height, width] = shortRows(pixels);
  const image = (address: number): Image => [address, 0, width * channels, channels];
  return { channels, pixels, image, size: [1, height, width, channels] as const };
}

/** y = gamma (x - mean) / sqrt(variance + epsilon) + beta by the moments of x; also mean and biased variance, [C] each. */
export const batchNormTraining: SimdKernel = ({ inputs: { x, gamma, beta }, attrs }, memory) => {
  const { kernels } = memory;
  const { channels, pixels, image, size } = pixelsOf(x.shape);
  const from = image(memory.address(x));
  const y = memory.output(x.shape);
  const [mean, variance] = [memory.zeros([channels]), memory.zeros([channels])];
  const [inverse, running] = memory.scratch(channels, channels);
  memory.fill(running, channels, 0);
  // Running statistics of weight 1 are those of the batch, the variance unbiased.
  kernels.batchNormStatistics(
    ...from,
    ...size,
    mean.address,
    inverse,
    Number(attrs.epsilon),
    running,
    variance.address,
    1,
  );
  if (pixels > 1) kernels.scale(variance.address, channels, (pixels - 1) / pixels);
  const [shift, offset] = [memory.address(gamma), memory.address(beta)];
  kernels.batchNormApply(
    ...from,
    mean.address,
    inverse,
    shift,
    offset,
    0,
    0,
    0,
    0,
    ...image(y.address),
    ...size,
    0,
  );
  return [y.tensor, mean.tensor, variance.tensor];
};

/** The same by given moments. */
export const batchNormByMoments: SimdKernel = ({ inputs, attrs }, memory) => {
  const { x, gamma, beta, mean, variance } = inputs;
  const { kernels } = memory;
  const { channels, image, size } = pixelsOf(x.shape);
  const from = image(memory.address(x));
  const y = memory.output(x.shape);
  const [inverse] = memory.scratch(channels);
  kernels.inverseDeviations(memory.address(variance), channels, Number(attrs.epsilon), inverse);
  const numbers = [mean, gamma, beta].map((tensor) => memory.address(tensor));
  kernels.batchNormApply(
    ...from,
    numbers[0],
    inverse,
    numbers[1],
    numbers[2],
    0,
    0,
    0,
    0,
    ...image(y.address),
    ...size,
    0,
  );
  return y.tensor;
};

/** The gradients by x, gamma and beta; with `ofBatch` the moments are functions of x. */
export const batchNormGradient: SimdKernel = ({ inputs, attrs }, memory) => {
  const { dy, x, gamma, mean, variance } = inputs;
  const { kernels } = memory;
  const { channels, image, size } = pixelsOf(x.shape);
  const from = image(memory.address(x));
  const dx = memory.output(x.shape);
  const [dGamma, dBeta] = [memory.zeros([channels]), memory.zeros([channels])];
  const [inverse, sums] = memory.scratch(channels, 2 * channels);
  kernels.inverseDeviations(memory.address(variance), channels, Number(attrs.epsilon), inverse);
  const gradient = image(memory.address(dy));
  const numbers = [memory.address(mean), inverse, memory.address(gamma)] as const;
  // Without an activation neither y nor beta is read, and dy stays as it is.
  kernels.batchNormGradientSums(
    ...from,
    ...from,
    ...gradient,
    ...size,
    ...numbers,
    0,
    0,
    sums,
    dGamma.address,
    dBeta.address,
  );
  kernels.batchNormGradient(
    ...from,
    ...gradient,
    ...image(dx.address),
    ...size,
    ...numbers,
    sums,
    attrs.ofBatch === false ? 0 : 1,
    0,
  );
  return [dx.tensor, dGamma.tensor, dBeta.tensor];
};
