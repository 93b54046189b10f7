import fc from 'fast-check';
import { activationCodes, curves } from './activation-curves.test-support.ts';
import { flags, imageShapes, kernelCheck } from './kernel-check.test-support.ts';

export const activate = kernelCheck(
  fc.record({
    shape: imageShapes,
    activation: activationCodes,
    inPlace: flags,
    scale: fc.constantFrom(1, 5, 100),
  }),
  (bench, { shape, activation, inPlace, scale }) => {
    const { images, height, width, channels } = shape;
    const x = bench.image(shape, (random) => scale * (4 * random() - 2));
    const y = inPlace ? x : bench.image({ ...shape, halo: 1 });
    bench.run((kernels) =>
      kernels.activate(...x.args, ...y.args, images, height, width, channels, activation),
    );
    bench.expect(y, (m) => curves[activation].value(x.values[m]), 2.5e-7);
  },
);

export const activateGradient = kernelCheck(
  fc.record({ shape: imageShapes, activation: activationCodes, accumulate: flags, inPlace: flags }),
  (bench, { shape, activation, accumulate, inPlace }) => {
    const { images, height, width, channels } = shape;
    const reference = bench.image(shape, (random) => {
      const x = 16 * random() - 8;
      return activation === 3 ? x : curves[activation].value(x);
    });
    const dy = bench.image({ ...shape, slice: 1 });
    const dx = inPlace ? dy : bench.image({ ...shape, halo: 1 });
    bench.run((kernels) =>
      kernels.activateGradient(
        ...reference.args,
        ...dy.args,
        ...dx.args,
        images,
        height,
        width,
        channels,
        activation,
        accumulate,
      ),
    );
    bench.expect(
      dx,
      (m) => dy.values[m] * curves[activation].slope(reference.values[m]) + accumulate * dx.values[m],
      1e-6,
    );
  },
);
