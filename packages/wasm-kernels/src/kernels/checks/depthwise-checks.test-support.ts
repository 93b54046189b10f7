import fc from 'fast-check';
import type { ImageRegion, KernelBench, Region } from './kernel-bench.test-support.ts';
import { flags, kernelCheck, place, windows, type Window } from './kernel-check.test-support.ts';

/** The input with a zero halo that the padding fits in, and the pointer to the first tap of the first output. */
function padded(bench: KernelBench, { input, padY, padX }: Window) {
  const around = Math.max(padY, padX);
  const { height, width } = input;
  const whole = bench.image(
    { ...input, height: height + 2 * around, width: width + 2 * around },
    (random, m) => {
      const [, y, x] = place({ ...input, height: height + 2 * around, width: width + 2 * around }, m);
      const inside = y >= around && y < around + height && x >= around && x < around + width;
      return inside ? 4 * random() - 2 : 0;
    },
  );
  const [pointer, image, row, pixel] = whole.args;
  const first = pointer + 4 * ((around - padY) * row + (around - padX) * pixel);
  return {
    args: [first, image, row, pixel] as const,
    at: (n: number, y: number, x: number, c: number) => whole.at(n, y + around, x + around, c),
  };
}

/** The output of the convolution by plain loops, in the dense order of the output. */
function forward(
  { output, kh, kw, strideY, strideX, padY, padX }: Window,
  given: {
    readonly x: ImageRegion['at'];
    readonly weights: Region;
    readonly bias: (channel: number) => number;
  },
): (m: number) => number {
  const { channels } = output;
  const { x, weights, bias } = given;
  return (m) => {
    const [n, oy, ox, c] = place(output, m);
    let sum = bias(c);
    for (let ky = 0; ky < kh; ky++)
      for (let kx = 0; kx < kw; kx++)
        sum +=
          x(n, oy * strideY + ky - padY, ox * strideX + kx - padX, c) *
          weights.values[(ky * kw + kx) * channels + c];
    return sum;
  };
}

/** What is in the filter's gradient afterwards. */
function filterGradient(
  { output, kw, strideY, strideX, padY, padX }: Window,
  given: { readonly x: ImageRegion['at']; readonly dy: ImageRegion; readonly dWeights: Region },
): (m: number) => number {
  const { images, height, width, channels } = output;
  const { x, dy, dWeights } = given;
  return (m) => {
    const c = m % channels;
    const kx = Math.floor(m / channels) % kw;
    const ky = Math.floor(m / channels / kw);
    let sum = dWeights.values[m];
    for (let n = 0; n < images; n++)
      for (let oy = 0; oy < height; oy++)
        for (let ox = 0; ox < width; ox++)
          sum += x(n, oy * strideY + ky - padY, ox * strideX + kx - padX, c) * dy.at(n, oy, ox, c);
    return sum;
  };
}

export const depthwise = kernelCheck(
  fc.record({ window: windows, bias: flags }),
  (bench, { window, bias }) => {
    const { output, kh, kw, strideY, strideX } = window;
    const { channels } = output;
    const x = padded(bench, window);
    const weights = bench.array(kh * kw * channels);
    const b = bench.array(channels);
    const y = bench.image(output);
    bench.run((kernels) =>
      kernels.depthwise(
        ...x.args,
        weights.pointer,
        bias * b.pointer,
        ...y.args,
        output.images,
        output.height,
        output.width,
        channels,
        kh,
        kw,
        strideY,
        strideX,
      ),
    );
    bench.expect(y, forward(window, { x: x.at, weights, bias: (c) => bias * b.values[c] }));
  },
);

export const depthwiseInputGradient = kernelCheck(
  fc.record({ window: windows, accumulate: flags }),
  (bench, { window, accumulate }) => {
    const { input, output, kh, kw, strideY, strideX, padY, padX } = window;
    const { channels } = output;
    const dy = bench.image(output);
    const weights = bench.array(kh * kw * channels);
    const dx = bench.image(input);
    bench.run((kernels) =>
      kernels.depthwiseInputGradient(
        ...dy.args,
        output.height,
        output.width,
        weights.pointer,
        ...dx.args,
        input.height,
        input.width,
        input.images,
        channels,
        kh,
        kw,
        strideY,
        strideX,
        padY,
        padX,
        accumulate,
      ),
    );
    bench.expect(dx, (m) => {
      const [n, iy, ix, c] = place(input, m);
      let sum = accumulate * dx.values[m];
      for (let ky = 0; ky < kh; ky++)
        for (let kx = 0; kx < kw; kx++) {
          const oy = (iy + padY - ky) / strideY;
          const ox = (ix + padX - kx) / strideX;
          if (!Number.isInteger(oy) || !Number.isInteger(ox)) continue;
          sum += dy.at(n, oy, ox, c) * weights.values[(ky * kw + kx) * channels + c];
        }
      return sum;
    });
  },
);

export const depthwiseFilterGradient = kernelCheck(windows, (bench, window) => {
  const { output, kh, kw, strideY, strideX } = window;
  const { images, height, width, channels } = output;
  const x = padded(bench, window);
  const dy: ImageRegion = bench.image(output);
  const dWeights = bench.array(kh * kw * channels);
  bench.run((kernels) =>
    kernels.depthwiseFilterGradient(
      ...x.args,
      ...dy.args,
      images,
      height,
      width,
      channels,
      kh,
      kw,
      strideY,
      strideX,
      dWeights.pointer,
    ),
  );
  bench.expect(dWeights, filterGradient(window, { x: x.at, dy, dWeights }), 4e-6);
});

export const depthwiseWithoutHalo = kernelCheck(
  fc.record({ window: windows, bias: flags }),
  (bench, { window, bias }) => {
    const { input, output, kh, kw, strideY, strideX, padY, padX } = window;
    const { channels } = output;
    const x = bench.image(input);
    const weights = bench.array(kh * kw * channels);
    const b = bench.array(channels);
    const y = bench.image(output);
    bench.run((kernels) =>
      kernels.depthwiseWithoutHalo(
        ...x.args,
        input.height,
        input.width,
        weights.pointer,
        bias * b.pointer,
        ...y.args,
        output.height,
        output.width,
        output.images,
        channels,
        kh,
        kw,
        strideY,
        strideX,
        padY,
        padX,
      ),
    );
    bench.expect(y, forward(window, { x: x.at, weights, bias: (c) => bias * b.values[c] }));
  },
);

export const depthwiseFilterGradientWithoutHalo = kernelCheck(windows, (bench, window) => {
  const { input, output, kh, kw, strideY, strideX, padY, padX } = window;
  const { images, height, width, channels } = output;
  const x = bench.image(input);
  const dy = bench.image(output);
  const dWeights = bench.array(kh * kw * channels);
  bench.run((kernels) =>
    kernels.depthwiseFilterGradientWithoutHalo(
      ...x.args,
      input.height,
      input.width,
      ...dy.args,
      height,
      width,
      images,
      channels,
      kh,
      kw,
      strideY,
      strideX,
      padY,
      padX,
      dWeights.pointer,
    ),
  );
  bench.expect(dWeights, filterGradient(window, { x: x.at, dy, dWeights }), 4e-6);
});
