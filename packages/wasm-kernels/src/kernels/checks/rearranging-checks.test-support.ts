import fc from 'fast-check';
import { flags, imageShapes, kernelCheck, place } from './kernel-check.test-support.ts';

export const shuffleChannels = kernelCheck(
  fc.record({
    shape: imageShapes,
    groups: fc.constantFrom(1, 2, 2, 3, 5),
    size: fc.constantFrom(1, 2, 2, 3, 7, 9),
    swap: fc.boolean(),
    accumulate: flags,
  }),
  (bench, { shape: anyShape, groups: few, size: many, swap, accumulate }) => {
    const [groups, size] = swap ? [many, few] : [few, many];
    const channels = groups * size;
    const shape = { ...anyShape, channels };
    const x = bench.image(shape);
    const y = bench.image({ ...shape, halo: 1 });
    bench.run((kernels) =>
      kernels.shuffleChannels(
        ...x.args,
        ...y.args,
        shape.images,
        shape.height,
        shape.width,
        channels,
        groups,
        accumulate,
      ),
    );
    bench.expect(
      y,
      (m) => {
        const to = m % channels;
        const from = (to % groups) * size + Math.floor(to / groups);
        return x.values[m - to + from] + accumulate * y.values[m];
      },
      1e-7,
    );
  },
);

export const toChannelsFirst = kernelCheck(imageShapes, (bench, shape) => {
  const { images, height, width, channels, slice } = shape;
  const x = bench.image(shape);
  const flat = height * width * channels;
  const y = bench.image({ images, height: 1, width: 1, channels: flat, slice });
  bench.run((kernels) =>
    kernels.toChannelsFirst(...x.args, y.args[0], y.args[1], images, height, width, channels),
  );
  const expected = new Float32Array(images * flat);
  x.values.forEach((value, m) => {
    const [n, h, w, c] = place(shape, m);
    expected[n * flat + (c * height + h) * width + w] = value;
  });
  bench.expect(y, expected, 0);
});

export const fromChannelsFirst = kernelCheck(
  fc.record({ shape: imageShapes, accumulate: flags }),
  (bench, { shape, accumulate }) => {
    const { images, height, width, channels, slice } = shape;
    const flat = height * width * channels;
    const y = bench.image({ images, height: 1, width: 1, channels: flat, slice });
    const x = bench.image(shape);
    bench.run((kernels) =>
      kernels.fromChannelsFirst(y.args[0], y.args[1], ...x.args, images, height, width, channels, accumulate),
    );
    bench.expect(
      x,
      (m) => {
        const [n, h, w, c] = place(shape, m);
        return y.at(n, 0, 0, (c * height + h) * width + w) + accumulate * x.values[m];
      },
      1e-7,
    );
  },
);
