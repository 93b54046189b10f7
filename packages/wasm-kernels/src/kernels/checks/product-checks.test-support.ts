import fc from 'fast-check';
import type { ImageRegion, KernelBench } from './kernel-bench.test-support.ts';
import { channelCounts, flags, kernelCheck, place } from './kernel-check.test-support.ts';

// Matrices of N columns are packed [ceil(N / 8)][rows][8].

const between = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

const convolutions = fc.record({
  images: between(1, 3),
  height: between(1, 8),
  /** Now and then so wide that there are several blocks of rows. */
  width: fc.oneof({ weight: 4, arbitrary: between(1, 9) }, { weight: 1, arbitrary: between(16, 24) }),
  tapRows: between(1, 3),
  tapColumns: between(1, 3),
  /** Channels of the input; the taps of a row are one run of all its columns if `joined`. */
  run: fc.oneof({ weight: 4, arbitrary: between(1, 11) }, { weight: 1, arbitrary: between(40, 60) }),
  joined: fc.boolean(),
  stride: between(1, 2),
  columns: channelCounts,
  halo: between(0, 1),
  slice: between(0, 3),
  /** Rows of a larger packed matrix before and behind those of the taps. */
  before: between(0, 3),
  behind: between(0, 3),
});

/** The operand A of a product, and how it is read. */
function operand(bench: KernelBench, c: typeof convolutions extends fc.Arbitrary<infer T> ? T : never) {
  const a = bench.image({
    images: c.images,
    height: (c.height - 1) * c.stride + c.tapRows,
    width: (c.width - 1) * c.stride + c.tapColumns,
    channels: c.run,
    slice: c.joined ? 0 : c.slice,
  });
  const [pointer, image, row, pixel] = a.args;
  return {
    a,
    args: [
      pointer,
      image,
      c.stride * row,
      c.stride * pixel,
      c.images,
      c.height,
      c.width,
      c.tapRows,
      row,
      c.joined ? 1 : c.tapColumns,
      pixel,
      c.joined ? c.tapColumns * c.run : c.run,
    ] as const,
    taps: c.tapRows * c.tapColumns * c.run,
    /** Number t of the taps at the output (n, y, x). */
    tap: (n: number, y: number, x: number, t: number) =>
      a.at(
        n,
        y * c.stride + Math.floor(t / c.run / c.tapColumns),
        x * c.stride + (Math.floor(t / c.run) % c.tapColumns),
        t % c.run,
      ),
  };
}

/** Where (row, column) of a packed matrix of `rows` rows is. */
const packed = (rows: number, row: number, column: number): number =>
  (Math.floor(column / 8) * rows + row) * 8 + (column % 8);

export const gemm = kernelCheck(
  fc.record({ shape: convolutions, bias: flags, accumulate: flags, relu: flags }),
  (bench, { shape, bias, accumulate, relu }) => {
    const { args, taps, tap } = operand(bench, shape);
    const { images, height, width, columns, halo, slice } = shape;
    const panels = Math.ceil(columns / 8);
    const rows = shape.before + taps + shape.behind;
    const b = bench.array(panels * rows * 8);
    const biases = bench.array(8 * panels);
    const c: ImageRegion = bench.image({ images, height, width, channels: columns, halo, slice });
    const scratch = bench.scratch(1024 + 4 * taps);
    bench.run((kernels) =>
      kernels.gemm(
        ...args,
        b.pointer + 32 * shape.before,
        8 * rows,
        ...c.args,
        columns,
        bias * biases.pointer,
        accumulate + 2 * relu,
        scratch,
      ),
    );
    bench.expect(c, (m) => {
      const [n, y, x, column] = place(c.shape, m);
      let sum = accumulate ? c.values[m] : bias * biases.values[column];
      for (let t = 0; t < taps; t++)
        sum += tap(n, y, x, t) * b.values[packed(rows, shape.before + t, column)];
      return relu ? Math.max(sum, 0) : sum;
    });
  },
);

export const filterGradient = kernelCheck(convolutions, (bench, shape) => {
  const { args, taps, tap } = operand(bench, shape);
  const { images, height, width, columns, halo, slice } = shape;
  const panels = Math.ceil(columns / 8);
  const rows = shape.before + taps + shape.behind;
  const gradient = bench.array(panels * rows * 8);
  const d = bench.image({ images, height, width, channels: columns, halo, slice });
  const scratch = bench.scratch(35_328 + 2048 * panels);
  bench.run((kernels) =>
    kernels.filterGradient(
      ...args,
      gradient.pointer + 32 * shape.before,
      8 * rows,
      ...d.args,
      columns,
      scratch,
    ),
  );
  const expected = Float64Array.from(gradient.values);
  d.values.forEach((value, m) => {
    const [n, y, x, column] = place(d.shape, m);
    for (let t = 0; t < taps; t++)
      expected[packed(rows, shape.before + t, column)] += value * tap(n, y, x, t);
  });
  bench.expect(gradient, expected);
});

export const filterGradientOfFewRows = kernelCheck(
  fc.record({
    rows: between(1, 64),
    run: between(1, 23),
    columns: channelCounts,
    behind: between(0, 5),
    aRest: between(0, 3),
    dRest: between(0, 3),
  }),
  (bench, { rows, run, columns, behind, aRest, dRest }) => {
    const panels = Math.ceil(columns / 8);
    const a = bench.array(rows * (run + aRest));
    const d = bench.array(rows * (columns + dRest));
    const gradient = bench.array(panels * (run + behind) * 8);
    const scratch = bench.scratch(16 * rows * Math.ceil(run / 4) + 32 * rows);
    bench.run((kernels) =>
      kernels.filterGradientOfFewRows(
        a.pointer,
        run + aRest,
        rows,
        run,
        gradient.pointer,
        8 * (run + behind),
        d.pointer,
        columns + dRest,
        columns,
        scratch,
      ),
    );
    const expected = Float64Array.from(gradient.values);
    for (let r = 0; r < rows; r++)
      for (let k = 0; k < run; k++)
        for (let n = 0; n < columns; n++)
          expected[packed(run + behind, k, n)] +=
            a.values[r * (run + aRest) + k] * d.values[r * (columns + dRest) + n];
    bench.expect(gradient, expected);
  },
);

export const packTransposed = kernelCheck(
  fc.record({ k: channelCounts, columns: channelCounts, before: between(0, 9), behind: between(0, 9) }),
  (bench, { k, columns, before, behind }) => {
    const rows = before + k + behind;
    const from = bench.array(Math.ceil(columns / 8) * rows * 8);
    const to = bench.array(Math.ceil(k / 8) * columns * 8);
    bench.run((kernels) =>
      kernels.packTransposed(from.pointer + 32 * before, 8 * rows, k, columns, to.pointer),
    );
    const expected = new Float32Array(to.length);
    for (let row = 0; row < k; row++)
      for (let column = 0; column < columns; column++)
        expected[packed(columns, column, row)] = from.values[packed(rows, before + row, column)];
    bench.expect(to, expected, 0);
  },
);
