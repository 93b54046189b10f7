import fc from 'fast-check';
import { flags, imageShapes, kernelCheck, place } from './kernel-check.test-support.ts';

export const gate = kernelCheck(imageShapes, (bench, shape) => {
  const { images, height, width, channels, slice } = shape;
  const x = bench.image(shape);
  const g = bench.image({ images, height: 1, width: 1, channels, slice });
  const y = bench.image({ ...shape, halo: 1 });
  bench.run((kernels) =>
    kernels.gate(...x.args, g.args[0], g.args[1], ...y.args, images, height, width, channels),
  );
  bench.expect(
    y,
    (m) => {
      const [n, , , c] = place(shape, m);
      return x.values[m] * g.at(n, 0, 0, c);
    },
    1e-7,
  );
});

export const gateGradient = kernelCheck(
  fc.record({ shape: imageShapes, accumulate: flags, inPlace: flags }),
  (bench, { shape, accumulate, inPlace }) => {
    const { images, height, width, channels, slice } = shape;
    const x = bench.image(shape);
    const g = bench.image({ images, height: 1, width: 1, channels, slice });
    const dg = bench.image({ images, height: 1, width: 1, channels, slice: 1 });
    const dy = bench.image({ ...shape, halo: 1 });
    const dx = inPlace ? dy : bench.image({ ...shape, slice: 0 });
    bench.run((kernels) =>
      kernels.gateGradient(
        ...x.args,
        g.args[0],
        g.args[1],
        ...dy.args,
        ...dx.args,
        dg.args[0],
        dg.args[1],
        images,
        height,
        width,
        channels,
        accumulate,
      ),
    );
    const sums = new Float64Array(images * channels);
    dy.values.forEach((value, m) => {
      const [n, , , c] = place(shape, m);
      sums[n * channels + c] += value * x.values[m];
    });
    bench.expect(dg, sums);
    bench.expect(
      dx,
      (m) => {
        const [n, , , c] = place(shape, m);
        return dy.values[m] * g.at(n, 0, 0, c) + accumulate * dx.values[m];
      },
      1e-6,
    );
  },
);

export const scaleImages = kernelCheck(
  fc.record({ shape: imageShapes, accumulate: flags }),
  (bench, { shape, accumulate }) => {
    const { images, height, width, channels } = shape;
    const x = bench.image(shape);
    const scales = bench.array(images);
    const y = bench.image({ ...shape, halo: 1 });
    bench.run((kernels) =>
      kernels.scaleImages(...x.args, scales.pointer, ...y.args, images, height, width, channels, accumulate),
    );
    bench.expect(y, (m) => x.values[m] * scales.values[place(shape, m)[0]] + accumulate * y.values[m], 1e-6);
  },
);
