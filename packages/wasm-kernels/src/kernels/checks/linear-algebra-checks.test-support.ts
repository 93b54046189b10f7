import fc from 'fast-check';
import type { KernelBench, Region } from './kernel-bench.test-support.ts';
import { flags, kernelCheck } from './kernel-check.test-support.ts';

const sizes = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 11 }) },
  { weight: 1, arbitrary: fc.integer({ min: 12, max: 40 }) },
);

const products = fc.record({
  rows: sizes,
  columns: sizes,
  depth: fc.integer({ min: 0, max: 13 }),
  gap: fc.integer({ min: 0, max: 2 }),
  accumulate: flags,
});

/** A matrix whose rows are `pitch` numbers apart: what lies between must stay. */
function matrix(bench: KernelBench, rows: number, columns: number, gap: number) {
  const pitch = columns + gap;
  const region = bench.doubles(rows * pitch);
  return {
    region,
    pitch,
    pointer: region.pointer,
    at: (i: number, j: number) => region.values[i * pitch + j],
    /** The region's numbers with the matrix replaced. */
    with: (value: (i: number, j: number) => number) =>
      Float64Array.from(region.values, (old, m) =>
        m % pitch < columns ? value(Math.floor(m / pitch), m % pitch) : old,
      ),
  };
}

function sum(count: number, term: (k: number) => number): number {
  let total = 0;
  for (let k = 0; k < count; k++) total += term(k);
  return total;
}

export const multiplyTransposed64 = kernelCheck(products, (bench, { rows, columns, depth, gap }) => {
  const a = matrix(bench, rows, depth, gap);
  const b = matrix(bench, columns, depth, 1);
  const c = matrix(bench, rows, columns, gap);
  bench.run((kernels) =>
    kernels.multiplyTransposed64(
      a.pointer,
      a.pitch,
      rows,
      b.pointer,
      b.pitch,
      columns,
      depth,
      c.pointer,
      c.pitch,
    ),
  );
  bench.expect(
    c.region,
    c.with((i, j) => sum(depth, (k) => a.at(i, k) * b.at(j, k))),
    1e-15 * (depth + 1),
  );
});

export const gram64 = kernelCheck(products, (bench, { rows, depth, gap }) => {
  const a = matrix(bench, rows, depth, gap);
  const c = matrix(bench, rows, rows, 1);
  bench.run((kernels) => kernels.gram64(a.pointer, a.pitch, rows, depth, c.pointer, c.pitch));
  bench.expect(
    c.region,
    c.with((i, j) => sum(depth, (k) => a.at(i, k) * a.at(j, k))),
    1e-15 * (depth + 1),
  );
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < i; j++)
      bench.near(bench.read(c.region, i * c.pitch + j), bench.read(c.region, j * c.pitch + i), 0);
});

export const gemm64 = kernelCheck(products, (bench, { rows, columns, depth, gap, accumulate }) => {
  const a = matrix(bench, rows, depth, gap);
  const b = matrix(bench, depth, columns, 1);
  const c = matrix(bench, rows, columns, gap);
  bench.run((kernels) =>
    kernels.gemm64(
      a.pointer,
      a.pitch,
      b.pointer,
      b.pitch,
      c.pointer,
      c.pitch,
      rows,
      depth,
      columns,
      accumulate,
    ),
  );
  bench.expect(
    c.region,
    c.with((i, j) => accumulate * c.at(i, j) + sum(depth, (k) => a.at(i, k) * b.at(k, j))),
    1e-15 * (depth + 1),
  );
});

export const gemmTransposed64 = kernelCheck(products, (bench, { rows, columns, depth, gap, accumulate }) => {
  const a = matrix(bench, depth, rows, gap);
  const b = matrix(bench, depth, columns, 1);
  const c = matrix(bench, rows, columns, gap);
  bench.run((kernels) =>
    kernels.gemmTransposed64(
      a.pointer,
      a.pitch,
      b.pointer,
      b.pitch,
      c.pointer,
      c.pitch,
      rows,
      depth,
      columns,
      accumulate,
    ),
  );
  bench.expect(
    c.region,
    c.with((i, j) => accumulate * c.at(i, j) + sum(depth, (k) => a.at(k, i) * b.at(k, j))),
    1e-15 * (depth + 1),
  );
});

export const softMaxWeights64 = kernelCheck(
  fc.record({
    rows: sizes,
    columns: sizes,
    gap: fc.integer({ min: 0, max: 2 }),
    diagonal: flags,
    sharpness: fc.constantFrom(1, 8, 100, 1024),
    top: fc.constantFrom(-1, 0, 0.5, 1),
    negligible: fc.constantFrom(-700, -20),
  }),
  (bench, { rows, columns: width, gap, diagonal, sharpness, top, negligible }) => {
    const columns = diagonal ? rows : width;
    const c = matrix(bench, rows, columns, gap);
    const total = bench.doubles(1);
    const largest = bench.run((kernels) =>
      kernels.softMaxWeights64(
        c.pointer,
        c.pitch,
        rows,
        columns,
        diagonal,
        sharpness,
        top,
        negligible,
        total.pointer,
      ),
    );
    const isPair = (i: number, j: number): boolean => diagonal === 0 || i !== j;
    const weight = (i: number, j: number): number => {
      const x = sharpness * (c.at(i, j) - top);
      return isPair(i, j) && x > negligible ? Math.exp(Math.min(x, 0)) : 0;
    };
    let weightSum = 0;
    let most = -1;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        weightSum += weight(i, j);
        if (isPair(i, j)) most = Math.max(most, c.at(i, j));
      }
    }
    bench.near(largest, most, 0);
    bench.expect(total, [weightSum], 1e-11);
    bench.expect(
      c.region,
      c.with((i, j) => -weight(i, j)),
      1e-11,
    );
  },
);

/** Symmetric polynomials of one matrix: they commute. */
function commuting(bench: KernelBench, n: number): [y: Region, z: Region, square: number[]] {
  const upper = Array.from({ length: n * n }, () => bench.random() - 0.5);
  const s = upper.map((_, m) => upper[Math.min(m, (m % n) * n + Math.floor(m / n))]);
  const square = s.map((_, m) => sum(n, (k) => s[Math.floor(m / n) * n + k] * s[k * n + (m % n)]));
  const one = (m: number): number => (Math.floor(m / n) === m % n ? 1 : 0);
  const y = bench.doubles(n * n, (_, m) => one(m) + s[m] / n);
  const z = bench.doubles(n * n, (_, m) => one(m) - s[m] / n + square[m] / n ** 2);
  return [y, z, s];
}

export const newtonSchulzStep64 = kernelCheck(fc.integer({ min: 1, max: 13 }), (bench, n) => {
  const [y, z] = commuting(bench, n);
  const [yNext, zNext, t] = [bench.doubles(n * n), bench.doubles(n * n), bench.doubles(n * n)];
  const distance = bench.run((kernels) =>
    kernels.newtonSchulzStep64(y.pointer, z.pointer, n, yNext.pointer, zNext.pointer, t.pointer),
  );
  const times = (a: ArrayLike<number>, b: ArrayLike<number>): number[] =>
    Array.from({ length: n * n }, (_, m) => sum(n, (k) => a[Math.floor(m / n) * n + k] * b[k * n + (m % n)]));
  const one = (m: number): number => (Math.floor(m / n) === m % n ? 1 : 0);
  const zy = times(z.values, y.values);
  const step = zy.map((value, m) => (3 * one(m) - value) / 2);
  bench.near(distance, Math.max(...zy.map((value, m) => Math.abs(one(m) - value))), 1e-14);
  bench.expect(t, step, 1e-14);
  bench.expect(yNext, times(y.values, step), 1e-14);
  bench.expect(zNext, times(step, z.values), 1e-14);
});

export const symmetricEigen64 = kernelCheck(
  fc.record({
    n: fc.integer({ min: 1, max: 24 }),
    kind: fc.constantFrom('full', 'full', 'rank one', 'diagonal', 'not finite'),
  }),
  (bench, { n, kind }) => {
    const u = Array.from({ length: n }, () => 4 * bench.random() - 2);
    const a = bench.doubles(n * n, (random, m) => {
      const [i, j] = [Math.floor(m / n), m % n];
      if (kind === 'rank one') return u[i] * u[j];
      if (kind === 'diagonal') return i === j ? Math.round(u[i]) : 0;
      return kind === 'not finite' && m === n - 1 ? NaN : 4 * random() - 2;
    });
    const upper = (i: number, j: number): number => a.values[Math.min(i, j) * n + Math.max(i, j)];
    const values = bench.doubles(n);
    const vectors = bench.doubles(n * n);
    const scratch = bench.scratch(24 * n);
    const sweeps = bench.run((kernels) =>
      kernels.symmetricEigen64(a.pointer, n, values.pointer, vectors.pointer, scratch),
    );
    for (const region of [a, values, vectors]) bench.output(region);
    if (kind === 'not finite') {
      bench.near(sweeps, -1, 0);
      return;
    }
    const found = Array.from(values.values, (_, k) => bench.read(values, k));
    const rows = Array.from(vectors.values, (_, m) => bench.read(vectors, m));
    const value = (k: number): number => found[k];
    const vector = (k: number, i: number): number => rows[k * n + i];
    for (let k = 0; k < n; k++) {
      if (k > 0) bench.near(Math.max(value(k) - value(k - 1), 0), 0, 0);
      for (let i = 0; i < n; i++) {
        bench.near(
          sum(n, (j) => upper(i, j) * vector(k, j)),
          value(k) * vector(k, i),
          1e-12,
          1e2,
        );
        bench.near(
          sum(n, (j) => vector(i, j) * vector(k, j)),
          i === k ? 1 : 0,
          1e-13,
        );
      }
    }
  },
);
