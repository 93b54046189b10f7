import fc from 'fast-check';
import { flags, imageShapes, kernelCheck, place, windows, type Window } from './kernel-check.test-support.ts';
import type { ImageRegion, Source } from './kernel-bench.test-support.ts';

/** Few different values, so that there are ties; one NaN now and then. */
const ties =
  (withNaN: number): Source =>
  (random) =>
    withNaN && random() < 0.02 ? NaN : Math.floor(6 * random()) - 3;

/** The first largest number of each window: its value, and where it is in the dense order of the input. */
function largest(x: ImageRegion, { input, output, kh, kw, strideY, strideX, padY, padX }: Window, m: number) {
  const [n, oy, ox, c] = place(output, m);
  let value = -Infinity;
  let from = -1;
  for (let ky = 0; ky < kh; ky++)
    for (let kx = 0; kx < kw; kx++) {
      const iy = oy * strideY + ky - padY;
      const ix = ox * strideX + kx - padX;
      if (iy < 0 || iy >= input.height || ix < 0 || ix >= input.width) continue;
      const candidate = x.at(n, iy, ix, c);
      if (!(candidate > value) && !Number.isNaN(candidate)) continue;
      value = candidate;
      from = ((n * input.height + iy) * input.width + ix) * input.channels + c;
      if (Number.isNaN(value)) return { value, from };
    }
  return { value, from };
}

function sizes({ input, output, kh, kw, strideY, strideX, padY, padX }: Window) {
  return [
    input.images,
    input.height,
    input.width,
    output.height,
    output.width,
    input.channels,
    kh,
    kw,
    strideY,
    strideX,
    padY,
    padX,
  ] as const;
}

export const maxPool = kernelCheck(
  fc.record({ window: windows, withNaN: flags }),
  (bench, { window, withNaN }) => {
    const x = bench.image(window.input, ties(withNaN));
    const y = bench.image(window.output);
    bench.run((kernels) => kernels.maxPool(...x.args, ...y.args, ...sizes(window)));
    bench.expect(y, (m) => largest(x, window, m).value, 0);
  },
);

export const maxPoolGradient = kernelCheck(
  fc.record({ window: windows, positive: flags }),
  (bench, { window, positive }) => {
    const x = bench.image(window.input, ties(0));
    const y = bench.image(window.output, (_, m) => largest(x, window, m).value);
    const dy = bench.image({ ...window.output, halo: 1 });
    const dx = bench.image({ ...window.input, slice: 1 });
    bench.run((kernels) =>
      kernels.maxPoolGradient(...x.args, ...y.args, ...dy.args, ...dx.args, ...sizes(window), positive),
    );
    const expected = Float64Array.from(dx.values);
    dy.values.forEach((g, m) => {
      const { value, from } = largest(x, window, m);
      if (!positive || value > 0) expected[from] += g;
    });
    bench.expect(dx, expected, 1e-6);
  },
);

export const globalAveragePool = kernelCheck(imageShapes, (bench, shape) => {
  const { images, height, width, channels, slice } = shape;
  const x = bench.image(shape);
  const y = bench.image({ images, height: 1, width: 1, channels, slice });
  bench.run((kernels) =>
    kernels.globalAveragePool(...x.args, y.args[0], y.args[1], images, height, width, channels),
  );
  const means = new Float64Array(images * channels);
  x.values.forEach((value, m) => {
    const [n, , , c] = place(shape, m);
    means[n * channels + c] += value / (height * width);
  });
  bench.expect(y, means, 1e-6);
});

export const globalAveragePoolGradient = kernelCheck(
  fc.record({ shape: imageShapes, accumulate: flags }),
  (bench, { shape, accumulate }) => {
    const { images, height, width, channels, slice } = shape;
    const dy = bench.image({ images, height: 1, width: 1, channels, slice });
    const dx = bench.image(shape);
    bench.run((kernels) =>
      kernels.globalAveragePoolGradient(
        dy.args[0],
        dy.args[1],
        ...dx.args,
        images,
        height,
        width,
        channels,
        accumulate,
      ),
    );
    bench.expect(
      dx,
      (m) => {
        const [n, , , c] = place(shape, m);
        return dy.at(n, 0, 0, c) / (height * width) + accumulate * dx.values[m];
      },
      2e-7,
    );
  },
);

const vectors = fc.record({
  images: fc.integer({ min: 1, max: 3 }),
  inputs: fc.integer({ min: 1, max: 30 }),
  outputs: fc.integer({ min: 1, max: 12 }),
  slice: fc.integer({ min: 0, max: 2 }),
  accumulate: flags,
});

/** The inputs that output j averages. */
function range(j: number, inputs: number, outputs: number): [start: number, end: number] {
  return [Math.floor((j * inputs) / outputs), Math.ceil(((j + 1) * inputs) / outputs)];
}

export const adaptiveAveragePool1d = kernelCheck(vectors, (bench, { images, inputs, outputs, slice }) => {
  const x = bench.image({ images, height: 1, width: 1, channels: inputs, slice });
  const y = bench.image({ images, height: 1, width: 1, channels: outputs, slice: 1 });
  bench.run((kernels) =>
    kernels.adaptiveAveragePool1d(x.args[0], x.args[1], y.args[0], y.args[1], images, inputs, outputs),
  );
  bench.expect(
    y,
    (m) => {
      const [start, end] = range(m % outputs, inputs, outputs);
      let sum = 0;
      for (let i = start; i < end; i++) sum += x.at(Math.floor(m / outputs), 0, 0, i);
      return sum / (end - start);
    },
    2e-7,
  );
});

export const adaptiveAveragePool1dGradient = kernelCheck(
  vectors,
  (bench, { images, inputs, outputs, slice, accumulate }) => {
    const dy = bench.image({ images, height: 1, width: 1, channels: outputs, slice: 1 });
    const dx = bench.image({ images, height: 1, width: 1, channels: inputs, slice });
    bench.run((kernels) =>
      kernels.adaptiveAveragePool1dGradient(
        dy.args[0],
        dy.args[1],
        dx.args[0],
        dx.args[1],
        images,
        inputs,
        outputs,
        accumulate,
      ),
    );
    const expected = Float64Array.from(dx.values, (value) => accumulate * value);
    dy.values.forEach((g, m) => {
      const [start, end] = range(m % outputs, inputs, outputs);
      for (let i = start; i < end; i++) expected[Math.floor(m / outputs) * inputs + i] += g / (end - start);
    });
    bench.expect(dx, expected, 1e-6);
  },
);
