import fc from 'fast-check';
import { expect, it } from 'vitest';
import { adaptiveAverage, adaptiveAverageGradient, adaptiveWindow } from './average-pool.ts';

it('has the windows of PyTorch', () => {
  // The sizes of the reference: 256 to 512 repeats, 1024 to 512 pairs, 1280 to 512 overlaps by windows of three.
  expect([0, 1, 2, 511].map((j) => adaptiveWindow(j, 256, 512))).toEqual([
    [0, 1],
    [0, 1],
    [1, 2],
    [255, 256],
  ]);
  expect([0, 1, 511].map((j) => adaptiveWindow(j, 1024, 512))).toEqual([
    [0, 2],
    [2, 4],
    [1022, 1024],
  ]);
  expect([0, 1, 2].map((j) => adaptiveWindow(j, 1280, 512))).toEqual([
    [0, 3],
    [2, 5],
    [5, 8],
  ]);
});

it('has the transposed map as its gradient', () => {
  const sizes = fc.integer({ min: 1, max: 20 });
  fc.assert(
    fc.property(sizes, sizes, fc.integer({ min: 1, max: 3 }), (inputs, outputs, batch) => {
      const x = Float32Array.from({ length: batch * inputs }, (_, i) => Math.sin(i * i));
      const dy = Float32Array.from({ length: batch * outputs }, (_, i) => Math.cos(i * i));
      const y = new Float32Array(dy.length);
      const dx = new Float32Array(x.length);
      adaptiveAverage(y, x, inputs, outputs);
      adaptiveAverageGradient(dx, dy, inputs, outputs);
      const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, v, i) => sum + v * b[i], 0);
      expect(Math.abs(dot(y, dy) - dot(x, dx))).toBeLessThan(1e-5);
    }),
    { seed: 5, numRuns: 100 },
  );
});
