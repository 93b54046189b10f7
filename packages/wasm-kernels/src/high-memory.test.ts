import { freemem } from 'node:os';
import { expect, test } from 'vitest';
import { instantiateKernels } from './instantiate-kernels.ts';

test('kernels work on memory grown past 2 GiB', async (context) => {
  if (freemem() < 4 * 2 ** 30) context.skip('Less than 4 GiB of memory are free.');
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { kernels } = await instantiateKernels(memory);
  try {
    memory.grow(2 ** 31 / 65536 + 16);
  } catch {
    context.skip('This machine gives no memory of 2 GiB.');
  }
  const channels = 9;
  const [n, size] = [2, 5];
  const count = n * size * size * channels;
  const x = 2 ** 31 + 4096 - 4 * 100; // a bit of it below 2^31 + 4096
  const y = x + 4 * count + 64;
  const view = (pointer: number, length: number): Float32Array =>
    new Float32Array(memory.buffer, pointer, length);
  const values = view(x, count).map((_, i) => Math.sin(i));
  view(x, count).set(values);
  const pitches = [size * size * channels, size * channels, channels] as const;
  kernels.copyImages(x, ...pitches, y, ...pitches, n, size, size, channels);
  expect(view(y, count)).toEqual(values);
  const sums = y + 4 * count + 64;
  kernels.columnSums(x, ...pitches, n, size, size, channels, sums);
  for (let c = 0; c < channels; c++) {
    const sum = values.filter((_, i) => i % channels === c).reduce((total, value) => total + value, 0);
    expect(view(sums, channels)[c]).toBeCloseTo(sum, 5);
  }
  const scratch = sums + 256;
  const b = scratch + 4096;
  const c = b + 4096;
  view(b, channels * 8).fill(1);
  kernels.gemm(x, ...pitches, 1, 1, 3, 1, 0, 1, 0, channels, b, channels * 8, c, 0, 0, 8, 8, 0, 0, scratch);
  for (let pixel = 0; pixel < 3; pixel++) {
    const sum = values
      .slice(pixel * channels, (pixel + 1) * channels)
      .reduce((total, value) => total + value, 0);
    expect(view(c, 24)[8 * pixel + 7]).toBeCloseTo(sum, 5);
  }
});
