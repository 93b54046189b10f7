import fc from 'fast-check';
import { kernelCheck } from './kernel-check.test-support.ts';

const lengths = fc.integer({ min: 0, max: 70 });

export const sumOfSquares = kernelCheck(
  fc.record({ n: lengths, special: fc.constantFrom(0, 0, NaN, Infinity) }),
  (bench, { n, special }) => {
    const p = bench.array(n, (random, m) => (special !== 0 && m === 3 ? special : 1e3 * (random() - 0.5)));
    const sum = bench.run((kernels) => kernels.sumOfSquares(p.pointer, n));
    let expected = 0;
    for (const value of p.values) expected += value * value;
    bench.near(sum, expected, 1e-14 * expected, expected || 1);
  },
);

export const scale = kernelCheck(lengths, (bench, n) => {
  const p = bench.array(n);
  bench.run((kernels) => kernels.scale(p.pointer, n, 0.3));
  bench.expect(p, (m) => 0.3 * p.values[m], 1e-7);
});

export const addProximal = kernelCheck(lengths, (bench, n) => {
  const [g, w, r] = [bench.array(n), bench.array(n), bench.array(n)];
  bench.run((kernels) => kernels.addProximal(g.pointer, w.pointer, r.pointer, n, 0.1));
  bench.expect(g, (m) => g.values[m] + 0.1 * (w.values[m] - r.values[m]), 2e-7);
});

export const sgd = kernelCheck(lengths, (bench, n) => {
  const [w, g] = [bench.array(n), bench.array(n)];
  bench.run((kernels) => kernels.sgd(w.pointer, g.pointer, n, 0.1, 0.01));
  bench.expect(w, (m) => w.values[m] - 0.1 * (g.values[m] + 0.01 * w.values[m]), 2e-7);
  bench.expect(g, () => 0, 0);
});

export const sgdMomentum = kernelCheck(lengths, (bench, n) => {
  const [w, g, v] = [bench.array(n), bench.array(n), bench.array(n)];
  bench.run((kernels) => kernels.sgdMomentum(w.pointer, g.pointer, v.pointer, n, 0.1, 0.9, 0.01));
  const velocity = (m: number): number => 0.9 * v.values[m] + g.values[m] + 0.01 * w.values[m];
  bench.expect(v, velocity, 3e-7);
  bench.expect(w, (m) => w.values[m] - 0.1 * velocity(m), 3e-7);
  bench.expect(g, () => 0, 0);
});

export const adam = kernelCheck(
  fc.record({ n: lengths, epsilon: fc.constantFrom(1e-8, 0) }),
  (bench, { n, epsilon }) => {
    const w = bench.array(n);
    const zero = (m: number): boolean => m % 5 === 4;
    const g = bench.array(n, (random, m) => (zero(m) ? 0 : 4 * random() - 2));
    const first = bench.array(n, (random, m) => (zero(m) ? 0 : random() - 0.5));
    const second = bench.array(n, (random, m) => (zero(m) ? 0 : random()));
    const decay = epsilon === 0 ? 0 : 0.01;
    const [rate, beta1, beta2, correction] = [0.05, 0.9, 0.999, Math.sqrt(1 - 0.999 ** 3)];
    bench.run((kernels) =>
      kernels.adam(
        w.pointer,
        g.pointer,
        first.pointer,
        second.pointer,
        n,
        rate,
        beta1,
        beta2,
        epsilon,
        correction,
        decay,
      ),
    );
    const gradient = (m: number): number => g.values[m] + decay * w.values[m];
    const mean = (m: number): number => beta1 * first.values[m] + (1 - beta1) * gradient(m);
    const square = (m: number): number => beta2 * second.values[m] + (1 - beta2) * gradient(m) ** 2;
    bench.expect(first, mean, 2e-7);
    bench.expect(second, square, 2e-7);
    bench.expect(
      w,
      (m) => {
        const denominator = Math.sqrt(square(m)) / correction + epsilon;
        return w.values[m] - (denominator > 0 ? (rate * mean(m)) / denominator : 0);
      },
      5e-7,
    );
    bench.expect(g, () => 0, 0);
  },
);
