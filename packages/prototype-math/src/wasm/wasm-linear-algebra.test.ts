import { createRng } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { align } from '../alignment/align.ts';
import type { AlignOptions } from '../alignment/align-options.ts';
import { addProduct } from '../linear-algebra/add-product.ts';
import { wholeMatrix, type Block } from '../linear-algebra/block.ts';
import { multiplyTransposed } from '../linear-algebra/multiply-transposed.ts';
import { gaussianTable, maxDifference, reluTable } from '../test-data/tables.ts';
import { createWasmLinearAlgebra } from './wasm-linear-algebra.ts';

const size = fc.integer({ min: 1, max: 40 });

function draw({ data, offset, rows, cols }: Block, seed: number): Float64Array {
  const rng = createRng(seed);
  const values = Float64Array.from({ length: rows * cols }, () => rng.normal());
  data.set(values, offset);
  return values;
}
const valuesOf = ({ data, offset, rows, cols }: Block): Float64Array =>
  data.slice(offset, offset + rows * cols);

describe.each(['simd', 'relaxed'] as const)('the %s build', (build) => {
  it('multiplies as plain JavaScript does, and writes nowhere else', async () => {
    const linearAlgebra = await createWasmLinearAlgebra(build);
    fc.assert(
      fc.property(size, size, size, fc.nat(), (m, n, k, seed) => {
        using workspace = linearAlgebra.open([
          [m, k],
          [n, k],
          [k, n],
          [m, n],
        ]);
        const [a, b, c, out] = workspace.matrices;
        const [x, y, z, o] = workspace.matrices.map((matrix, i) => draw(matrix, seed + i));
        const plain = wholeMatrix(o.slice(), m, n);
        workspace.multiplyTransposed(out, a, b);
        multiplyTransposed(plain, wholeMatrix(x, m, k), wholeMatrix(y, n, k));
        expect(maxDifference(valuesOf(out), plain.data)).toBeLessThan(1e-12);
        workspace.addProduct(out, a, c);
        addProduct(plain, wholeMatrix(x, m, k), wholeMatrix(z, k, n));
        expect(maxDifference(valuesOf(out), plain.data)).toBeLessThan(1e-12);
        expect([a, b, c].map(valuesOf)).toEqual([x, y, z]);
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  it.each<[string, AlignOptions]>([
    ['reference', { method: 'reference', iterations: 50, earlyStop: false }],
    ['anneal', { method: 'anneal' }],
    ['neighbours', { method: 'neighbours' }],
  ])('gives the alignment of plain JavaScript: %s', async (_, options) => {
    const linearAlgebra = await createWasmLinearAlgebra(build);
    for (const table of [gaussianTable(1, 60, 24), reluTable(2, 60, 24)]) {
      const plain = align(table, options);
      const fast = align(table, { ...options, linearAlgebra });
      expect(maxDifference(fast.prototypes.vectors, plain.prototypes.vectors)).toBeLessThan(1e-5);
      expect(fast.geometry.maxCosine).toBeCloseTo(plain.geometry.maxCosine!, 6);
      expect(fast.identity).toBe(plain.identity);
    }
  });
});

it('says what does not fit', async () => {
  const linearAlgebra = await createWasmLinearAlgebra('simd');
  expect(() => linearAlgebra.open([[100_000, 100_000]])).toThrow(
    expect.objectContaining({ code: 'out-of-memory', received: expect.any(Number) }),
  );
});
