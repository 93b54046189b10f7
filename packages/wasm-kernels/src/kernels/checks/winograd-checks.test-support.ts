import fc from 'fast-check';
import { flags, kernelCheck } from './kernel-check.test-support.ts';

type Matrix = readonly (readonly number[])[];

/** The points 0, 1, -1, 2, -2: rows of powers; the point at infinity takes the last. */
const points = [0, 1, -1, 2, -2];

const powers = (count: number): number[][] => [
  ...points.map((point) => Array.from({ length: count }, (_, i) => point ** i)),
  Array.from({ length: count }, (_, i) => (i === count - 1 ? 1 : 0)),
];

/** G [6, kernel]: the rows of powers over the products of differences of the points. */
const filterMatrix = (kernel: number): Matrix => {
  const factors = [1 / 4, -1 / 6, -1 / 6, 1 / 24, 1 / 24, 1];
  return powers(kernel).map((row, i) => row.map((value) => value * factors[i]));
};

/** A [6, step]. */
const outputMatrix = (step: number): Matrix => powers(step);

/** B^T [6, 6]: the coefficients of the products of (x - point) over the other points; of all of them for infinity. */
const inputMatrix: Matrix = (() => {
  const product = (roots: readonly number[]): number[] => {
    let coefficients = [1];
    for (const root of roots) {
      const next = Array.from({ length: coefficients.length + 1 }, () => 0);
      coefficients.forEach((value, i) => {
        next[i] -= root * value;
        next[i + 1] += value;
      });
      coefficients = next;
    }
    return [...coefficients, 0, 0, 0, 0, 0, 0].slice(0, 6);
  };
  return [...points.map((point) => product(points.filter((other) => other !== point))), product(points)];
})();

const transpose = (a: Matrix): Matrix => a[0].map((_, j) => a.map((row) => row[j]));

/** L x L^T, with x given by its entries. */
function sandwich(l: Matrix, x: (i: number, j: number) => number): number[][] {
  const inner = l[0].length;
  const half = l.map((row) =>
    Array.from({ length: inner }, (_, j) => row.reduce((sum, value, i) => sum + value * x(i, j), 0)),
  );
  return half.map((row) => l.map((other) => other.reduce((sum, value, j) => sum + value * row[j], 0)));
}

const filters = fc.record({
  kernel: fc.constantFrom(3, 5),
  inputs: fc.constantFrom(4, 8, 12),
  outputs: fc.constantFrom(8, 16),
  gap: fc.integer({ min: 0, max: 9 }),
});

/** Where the filters and their transforms lie. */
function places(inputs: number, kernel: number, pitch: number) {
  return {
    filter: (o: number, ky: number, kx: number, k: number) =>
      (Math.floor(o / 8) * kernel * kernel * inputs + (ky * kernel + kx) * inputs + k) * 8 + (o % 8),
    point: (p: number, o: number, k: number) => p * pitch + (Math.floor(o / 8) * inputs + k) * 8 + (o % 8),
  };
}

export const winogradFilter = kernelCheck(filters, (bench, { kernel, inputs, outputs, gap }) => {
  const g = bench.array(outputs * kernel * kernel * inputs);
  const pitch = inputs * outputs + gap;
  const u = bench.array(36 * pitch);
  const scratch = bench.scratch(576);
  bench.run((kernels) =>
    kernels.winogradFilter(g.pointer, kernel, inputs, outputs, u.pointer, pitch, scratch),
  );
  const { filter, point } = places(inputs, kernel, pitch);
  const expected = Float64Array.from(u.values);
  for (let o = 0; o < outputs; o++)
    for (let k = 0; k < inputs; k++) {
      const t = sandwich(filterMatrix(kernel), (i, j) => g.values[filter(o, i, j, k)]);
      t.forEach((row, i) => row.forEach((value, j) => (expected[point(6 * i + j, o, k)] = value)));
    }
  bench.expect(u, expected);
});

export const winogradFilterGradient = kernelCheck(filters, (bench, { kernel, inputs, outputs, gap }) => {
  const pitch = inputs * outputs + gap;
  const du = bench.array(36 * pitch);
  const gradient = bench.array(outputs * kernel * kernel * inputs);
  const scratch = bench.scratch(576);
  bench.run((kernels) =>
    kernels.winogradFilterGradient(du.pointer, pitch, kernel, inputs, outputs, gradient.pointer, scratch),
  );
  const { filter, point } = places(inputs, kernel, pitch);
  const expected = Float64Array.from(gradient.values);
  for (let o = 0; o < outputs; o++)
    for (let k = 0; k < inputs; k++) {
      const t = sandwich(transpose(filterMatrix(kernel)), (i, j) => du.values[point(6 * i + j, o, k)]);
      t.forEach((row, i) => row.forEach((value, j) => (expected[filter(o, i, j, k)] += value)));
    }
  bench.expect(gradient, expected);
});

const tilings = fc.record({
  images: fc.integer({ min: 1, max: 2 }),
  tilesY: fc.integer({ min: 1, max: 3 }),
  tilesX: fc.integer({ min: 1, max: 3 }),
  step: fc.constantFrom(4, 2),
  channels: fc.constantFrom(4, 8, 12),
  halo: fc.integer({ min: 0, max: 1 }),
  slice: fc.integer({ min: 0, max: 3 }),
  gap: fc.integer({ min: 0, max: 9 }),
});

type Tiling = typeof tilings extends fc.Arbitrary<infer T> ? T : never;

/** Visits tiles and channels, with the number of the tile. */
function forEachTile(
  { images, tilesY, tilesX, channels }: Tiling,
  visit: (n: number, ty: number, tx: number, c: number, at: number) => void,
): void {
  for (let n = 0; n < images; n++)
    for (let ty = 0; ty < tilesY; ty++)
      for (let tx = 0; tx < tilesX; tx++)
        for (let c = 0; c < channels; c++)
          visit(n, ty, tx, c, ((n * tilesY + ty) * tilesX + tx) * channels + c);
}

/** The image that tiles of 6 x 6 read, or that tiles of step x step write. */
function imageOf({ images, tilesY, tilesX, step, channels, halo, slice }: Tiling, overlap: number) {
  return {
    images,
    height: tilesY * step + overlap,
    width: tilesX * step + overlap,
    channels,
    halo,
    slice,
  };
}

const pitchOf = ({ images, tilesY, tilesX, channels, gap }: Tiling): number =>
  images * tilesY * tilesX * channels + gap;

export const winogradInput = kernelCheck(tilings, (bench, t) => {
  const x = bench.image(imageOf(t, 6 - t.step));
  const pitch = pitchOf(t);
  const v = bench.array(36 * pitch);
  const scratch = bench.scratch(576);
  bench.run((kernels) =>
    kernels.winogradInput(
      ...x.args,
      t.images,
      t.tilesY,
      t.tilesX,
      t.step,
      t.channels,
      v.pointer,
      pitch,
      scratch,
    ),
  );
  const expected = Float64Array.from(v.values);
  forEachTile(t, (n, ty, tx, c, at) => {
    const tile = sandwich(inputMatrix, (i, j) => x.at(n, ty * t.step + i, tx * t.step + j, c));
    tile.forEach((row, i) => row.forEach((value, j) => (expected[(6 * i + j) * pitch + at] = value)));
  });
  bench.expect(v, expected);
});

export const winogradInputGradient = kernelCheck(tilings, (bench, t) => {
  const pitch = pitchOf(t);
  const dv = bench.array(36 * pitch);
  const dx = bench.image(imageOf(t, 6 - t.step));
  const scratch = bench.scratch(576);
  bench.run((kernels) =>
    kernels.winogradInputGradient(
      dv.pointer,
      pitch,
      t.images,
      t.tilesY,
      t.tilesX,
      t.step,
      t.channels,
      ...dx.args,
      scratch,
    ),
  );
  const { height, width } = dx.shape;
  const expected = Float64Array.from(dx.values);
  forEachTile(t, (n, ty, tx, c, at) => {
    const tile = sandwich(transpose(inputMatrix), (i, j) => dv.values[(6 * i + j) * pitch + at]);
    tile.forEach((row, i) =>
      row.forEach((value, j) => {
        expected[((n * height + ty * t.step + i) * width + tx * t.step + j) * t.channels + c] += value;
      }),
    );
  });
  bench.expect(dx, expected);
});

export const winogradOutput = kernelCheck(
  fc.record({ t: tilings, bias: flags, relu: flags }),
  (bench, { t, bias, relu }) => {
    const pitch = pitchOf(t);
    const m = bench.array(36 * pitch);
    const b = bench.array(t.channels);
    const y = bench.image(imageOf(t, 0));
    const scratch = bench.scratch(576);
    bench.run((kernels) =>
      kernels.winogradOutput(
        m.pointer,
        pitch,
        t.images,
        t.tilesY,
        t.tilesX,
        t.step,
        t.channels,
        ...y.args,
        bias * b.pointer,
        relu,
        scratch,
      ),
    );
    const expected = new Float64Array(y.length);
    const { height, width } = y.shape;
    forEachTile(t, (n, ty, tx, c, at) => {
      const tile = sandwich(transpose(outputMatrix(t.step)), (i, j) => m.values[(6 * i + j) * pitch + at]);
      tile.forEach((row, i) =>
        row.forEach((value, j) => {
          const sum = value + bias * b.values[c];
          expected[((n * height + ty * t.step + i) * width + tx * t.step + j) * t.channels + c] = relu
            ? Math.max(sum, 0)
            : sum;
        }),
      );
    });
    bench.expect(y, expected);
  },
);

export const winogradOutputGradient = kernelCheck(tilings, (bench, t) => {
  const dy = bench.image(imageOf(t, 0));
  const pitch = pitchOf(t);
  const dm = bench.array(36 * pitch);
  const scratch = bench.scratch(576);
  bench.run((kernels) =>
    kernels.winogradOutputGradient(
      ...dy.args,
      t.images,
      t.tilesY,
      t.tilesX,
      t.step,
      t.channels,
      dm.pointer,
      pitch,
      scratch,
    ),
  );
  const expected = Float64Array.from(dm.values);
  forEachTile(t, (n, ty, tx, c, at) => {
    const tile = sandwich(outputMatrix(t.step), (i, j) => dy.at(n, ty * t.step + i, tx * t.step + j, c));
    tile.forEach((row, i) => row.forEach((value, j) => (expected[(6 * i + j) * pitch + at] = value)));
  });
  bench.expect(dm, expected);
});
