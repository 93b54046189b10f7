import fc from 'fast-check';
import { activationCodes, curves } from './activation-curves.test-support.ts';
import type { ImageRegion, KernelBench, Region } from './kernel-bench.test-support.ts';
import { flags, imageShapes, kernelCheck } from './kernel-check.test-support.ts';

/** Mean and biased variance by channel, in float64. */
function moments({ values, shape: { channels } }: ImageRegion): { mean: number[]; variance: number[] } {
  const count = values.length / channels;
  const mean = Array.from({ length: channels }, () => 0);
  const variance = mean.slice();
  values.forEach((x, m) => (mean[m % channels] += x / count));
  values.forEach((x, m) => (variance[m % channels] += (x - mean[m % channels]) ** 2 / count));
  return { mean, variance };
}

export const batchNormStatistics = kernelCheck(
  fc.record({ shape: imageShapes, offset: fc.constantFrom(0, 3, -1000), running: flags }),
  (bench, { shape, offset, running }) => {
    const { channels } = shape;
    const x = bench.image(shape, (random) => offset + random());
    const mean = bench.array(channels);
    const inverse = bench.array(channels);
    const runningMean = bench.array(channels);
    const runningVariance = bench.array(channels);
    const epsilon = 1e-3;
    const momentum = 0.1;
    bench.run((kernels) =>
      kernels.batchNormStatistics(
        ...x.args,
        shape.images,
        shape.height,
        shape.width,
        channels,
        mean.pointer,
        inverse.pointer,
        epsilon,
        running * runningMean.pointer,
        running * runningVariance.pointer,
        momentum,
      ),
    );
    const of = moments(x);
    const count = x.length / channels;
    const unbiased = count > 1 ? count / (count - 1) : 1;
    bench.expect(mean, of.mean, 1e-6);
    bench.expect(
      inverse,
      of.variance.map((v) => 1 / Math.sqrt(v + epsilon)),
      2e-6,
    );
    if (running === 0) return;
    bench.expect(runningMean, (c) => 0.9 * runningMean.values[c] + 0.1 * of.mean[c], 1e-6);
    bench.expect(
      runningVariance,
      (c) => 0.9 * runningVariance.values[c] + 0.1 * of.variance[c] * unbiased,
      1e-6,
    );
  },
);

export const inverseDeviations = kernelCheck(fc.integer({ min: 1, max: 20 }), (bench, channels) => {
  const variance = bench.array(channels, (random) => random());
  const inverse = bench.array(channels);
  bench.run((kernels) => kernels.inverseDeviations(variance.pointer, channels, 1e-5, inverse.pointer));
  bench.expect(inverse, (c) => 1 / Math.sqrt(variance.values[c] + 1e-5), 1e-7);
});

function parameters(bench: KernelBench, channels: number) {
  return {
    mean: bench.array(channels),
    inverse: bench.array(channels, (random) => 0.5 + random()),
    gamma: bench.array(channels),
    beta: bench.array(channels),
  };
}

export const batchNormApply = kernelCheck(
  fc.record({ shape: imageShapes, activation: activationCodes, residual: flags, inPlace: flags }),
  (bench, { shape, activation, residual, inPlace }) => {
    const { images, height, width, channels } = shape;
    const x = bench.image(shape);
    const { mean, inverse, gamma, beta } = parameters(bench, channels);
    const r = bench.image({ ...shape, halo: 1 });
    const y = inPlace ? x : bench.image({ ...shape, slice: 0 });
    const [rPointer, ...rPitches] = r.args;
    bench.run((kernels) =>
      kernels.batchNormApply(
        ...x.args,
        mean.pointer,
        inverse.pointer,
        gamma.pointer,
        beta.pointer,
        residual * rPointer,
        ...rPitches,
        ...y.args,
        images,
        height,
        width,
        channels,
        activation,
      ),
    );
    bench.expect(y, (m) => {
      const c = m % channels;
      const normalised = (x.values[m] - mean.values[c]) * inverse.values[c];
      return curves[activation].value(gamma.values[c] * normalised + beta.values[c] + residual * r.values[m]);
    });
  },
);

export const batchNormGradientSums = kernelCheck(
  fc.record({ shape: imageShapes, activation: activationCodes }),
  (bench, { shape, activation }) => {
    const { images, height, width, channels } = shape;
    const { mean, inverse, gamma, beta } = parameters(bench, channels);
    const x = bench.image(shape);
    const normalised = (m: number): number =>
      (x.values[m] - mean.values[m % channels]) * inverse.values[m % channels];
    const before = (m: number): number =>
      gamma.values[m % channels] * normalised(m) + beta.values[m % channels];
    const y = bench.image({ ...shape, slice: 1 }, (_, m) => curves[activation].value(before(m)));
    const dy = bench.image({ ...shape, halo: 1 });
    const sums = bench.array(2 * channels);
    const dGamma = bench.array(channels);
    const dBeta = bench.array(channels);
    bench.run((kernels) =>
      kernels.batchNormGradientSums(
        ...x.args,
        ...y.args,
        ...dy.args,
        images,
        height,
        width,
        channels,
        mean.pointer,
        inverse.pointer,
        gamma.pointer,
        beta.pointer,
        activation,
        sums.pointer,
        dGamma.pointer,
        dBeta.pointer,
      ),
    );
    const reference = (m: number): number => (activation === 3 ? before(m) : y.values[m]);
    const through = dy.values.map((g, m) => g * curves[activation].slope(reference(m)));
    const expected = new Float64Array(2 * channels);
    through.forEach((g, m) => {
      expected[m % channels] += g;
      expected[channels + (m % channels)] += g * normalised(m);
    });
    bench.expect(dy, through);
    bench.expect(sums, expected, 4e-6);
    bench.expect(dGamma, (c) => dGamma.values[c] + expected[channels + c], 4e-6);
    bench.expect(dBeta, (c) => dBeta.values[c] + expected[c], 4e-6);
  },
);

export const batchNormGradient = kernelCheck(
  fc.record({ shape: imageShapes, training: flags, accumulate: flags, inPlace: flags }),
  (bench, { shape, training, accumulate, inPlace }) => {
    const { images, height, width, channels } = shape;
    const x = bench.image(shape);
    const dy = bench.image({ ...shape, halo: 1 });
    const dx: ImageRegion = inPlace ? dy : bench.image({ ...shape, slice: 1 });
    const { mean, inverse, gamma } = parameters(bench, channels);
    const sums: Region = bench.array(2 * channels);
    bench.run((kernels) =>
      kernels.batchNormGradient(
        ...x.args,
        ...dy.args,
        ...dx.args,
        images,
        height,
        width,
        channels,
        mean.pointer,
        inverse.pointer,
        gamma.pointer,
        sums.pointer,
        training,
        accumulate,
      ),
    );
    const count = images * height * width;
    bench.expect(dx, (m) => {
      const c = m % channels;
      const normalised = (x.values[m] - mean.values[c]) * inverse.values[c];
      const centred =
        dy.values[m] - sums.values[c] / count - (normalised * sums.values[channels + c]) / count;
      const gradient = gamma.values[c] * inverse.values[c] * (training ? centred : dy.values[m]);
      return gradient + accumulate * dx.values[m];
    });
  },
);
