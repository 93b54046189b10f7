import { describe, expect, it } from 'vitest';
import { engineFiles } from '../../../../benchmarks/browser/engine-size.ts';

/** Bytes with gzip of the engine and one binary of its kernels; the goal is 100,000. */
const LIMIT = 64_000;

describe('what a browser loads to train', () => {
  it('is small, and one binary of the kernels at a time', async () => {
    const [engine, ...kernels] = await engineFiles({ conditions: ['@protonorm/source'] });
    expect(kernels.map(({ name }) => name)).toEqual(['relaxed', 'simd']);
    for (const { name, gzipBytes } of kernels) {
      expect(engine.gzipBytes + gzipBytes, `engine + ${name}`).toBeLessThan(LIMIT);
    }
  });
});
