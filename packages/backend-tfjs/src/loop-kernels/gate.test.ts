import fc from 'fast-check';
import { expect, it } from 'vitest';
import { gateCells, gateFactorGradient } from './gate.ts';

it('multiplies all cells of a sample with its factors', () => {
  const y = new Float32Array(8);
  const x = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  gateCells(y, x, { factors: Float32Array.of(1, 10, 2, 0), cells: 2, channels: 2 });
  expect([...y]).toEqual([1, 20, 3, 40, 10, 0, 14, 0]);
});

it('has the transposed map as its gradient by the factors', () => {
  const sizes = fc.integer({ min: 1, max: 6 });
  fc.assert(
    fc.property(sizes, sizes, sizes, (batch, cells, channels) => {
      const wave = (count: number, f: (x: number) => number) =>
        Float32Array.from({ length: count }, (_, i) => f(i * i));
      const x = wave(batch * cells * channels, Math.sin);
      const dy = wave(x.length, Math.cos);
      const factors = wave(batch * channels, Math.cos);
      const y = new Float32Array(x.length);
      const ds = new Float32Array(factors.length);
      gateCells(y, x, { factors, cells, channels });
      gateFactorGradient(ds, { dy, x, cells, channels });
      const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, v, i) => sum + v * b[i], 0);
      expect(Math.abs(dot(y, dy) - dot(factors, ds))).toBeLessThan(1e-5);
    }),
    { seed: 5, numRuns: 100 },
  );
});
