import fc from 'fast-check';
import { flags, imageShapes, kernelCheck } from './kernel-check.test-support.ts';

export const addImages = kernelCheck(imageShapes, (bench, shape) => {
  const { images, height, width, channels } = shape;
  const x = bench.image(shape);
  const y = bench.image({ ...shape, halo: 1 });
  bench.run((kernels) => kernels.addImages(...x.args, ...y.args, images, height, width, channels));
  bench.expect(y, (m) => Math.fround(x.values[m] + y.values[m]), 0);
});

export const copyImages = kernelCheck(imageShapes, (bench, shape) => {
  const { images, height, width, channels } = shape;
  const x = bench.image(shape);
  const y = bench.image({ ...shape, halo: 1 });
  bench.run((kernels) => kernels.copyImages(...x.args, ...y.args, images, height, width, channels));
  bench.expect(y, x.values, 0);
});

export const fillImages = kernelCheck(imageShapes, (bench, shape) => {
  const { images, height, width, channels } = shape;
  const y = bench.image(shape);
  bench.run((kernels) => kernels.fillImages(...y.args, images, height, width, channels, 0.75));
  bench.expect(y, () => 0.75, 0);
});

export const multiplyImages = kernelCheck(
  fc.record({ shape: imageShapes, accumulate: flags }),
  (bench, { shape, accumulate }) => {
    const { images, height, width, channels } = shape;
    const x = bench.image(shape);
    const m = bench.image({ ...shape, slice: 1 });
    const y = bench.image({ ...shape, halo: 1 });
    bench.run((kernels) =>
      kernels.multiplyImages(...x.args, ...m.args, ...y.args, images, height, width, channels, accumulate),
    );
    bench.expect(y, (i) => x.values[i] * m.values[i] + accumulate * y.values[i], 1e-7);
  },
);

export const columnSums = kernelCheck(imageShapes, (bench, shape) => {
  const { images, height, width, channels } = shape;
  const d = bench.image(shape);
  const out = bench.array(channels);
  bench.run((kernels) => kernels.columnSums(...d.args, images, height, width, channels, out.pointer));
  const sums = Float64Array.from(out.values);
  d.values.forEach((value, m) => (sums[m % channels] += value));
  bench.expect(out, sums);
});
