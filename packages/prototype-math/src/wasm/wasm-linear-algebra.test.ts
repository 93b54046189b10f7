import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { align } from '../alignment/align.ts';
import type { AlignOptions } from '../alignment/align-options.ts';
import { orthoSimplicesSolver } from '../alignment/ortho-simplices.ts';
import { simplexSolver } from '../alignment/simplex.ts';
import { geometry } from '../geometry/geometry.ts';
import { itConforms } from '../linear-algebra/linear-algebra-conformance.test-support.ts';
import { problemOf, spread } from '../test-data/alignment-problem.ts';
import { gaussianTable, maxDifference, reluTable } from '../test-data/tables.ts';
import { createWasmLinearAlgebra } from './wasm-linear-algebra.ts';

describe.each(['simd', 'relaxed'] as const)('the %s build', (build) => {
  itConforms(() => createWasmLinearAlgebra(build), { bitwise: build === 'simd' });

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

describe.each(['simd', 'relaxed'] as const)('closed forms on the %s build', (build) => {
  const inputs = fc.record({
    make: fc.constantFrom(gaussianTable, reluTable),
    dim: fc.integer({ min: 2, max: 40 }),
    pick: fc.nat(),
    seed: fc.nat(),
  });
  const solvers = [
    ['simplex', simplexSolver, (dim: number) => dim + 1],
    ['orthoSimplices', orthoSimplicesSolver, (dim: number) => 2 * dim],
  ] as const;

  it.each(solvers)('%s is that of plain JavaScript', async (_, solve, most) => {
    const linearAlgebra = await createWasmLinearAlgebra(build);
    fc.assert(
      fc.property(inputs, ({ make, dim, pick, seed }) => {
        const problem = problemOf(make(seed, 2 + (pick % (most(dim) - 1)), dim));
        const [plain, fast] = [solve(problem, {}), solve(problem, { linearAlgebra })];
        expect(fast.warnings).toEqual(plain.warnings);
        // A small singular value turns the last bits of the input into more; the float32 of the result is 6e-8.
        expect(maxDifference(fast.vectors, plain.vectors)).toBeLessThan(1e-8);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it.each([
    ['simplex', simplexSolver, 60],
    ['orthoSimplices', orthoSimplicesSolver, 100],
  ] as const)('%s of generic prototypes is equal to 1e-12', async (_, solve, count) => {
    const linearAlgebra = await createWasmLinearAlgebra(build);
    for (const make of [gaussianTable, reluTable]) {
      const problem = problemOf(make(3, count, 64));
      const [plain, fast] = [solve(problem, {}), solve(problem, { linearAlgebra })];
      expect(maxDifference(fast.vectors, plain.vectors)).toBeLessThan(1e-12);
    }
  });

  it.each(solvers)(
    '%s is the optimum whatever the input: coinciding, near, opposite, in a plane',
    async (_, solve, most) => {
      const linearAlgebra = await createWasmLinearAlgebra(build);
      const kinds = ['equal', '1e-7', '1e-5', '1e-3', 'opposite', 'in a plane', 'all equal'] as const;
      fc.assert(
        fc.property(inputs, fc.constantFrom(...kinds), ({ make, dim, pick, seed }, kind) => {
          const count = 2 + (pick % (most(dim) - 1));
          const table = make(seed, count, dim);
          const { vectors } = table;
          for (let k = 0; k < dim; k++) {
            if (kind === 'equal') vectors[dim + k] = vectors[k];
            if (kind === 'opposite') vectors[dim + k] = -3 * vectors[k];
            if (kind.startsWith('1e')) vectors[dim + k] = vectors[k] * (1 + (k % 3) * Number(kind));
            if (kind === 'all equal') for (let i = 1; i < count; i++) vectors[i * dim + k] = vectors[k];
            if (kind === 'in a plane' && k > 1) for (let i = 0; i < count; i++) vectors[i * dim + k] = 0;
          }
          const { maxCosine, normError } = spread(solve(problemOf(table), { linearAlgebra }).vectors, count);
          expect(maxCosine).toBeLessThan((count <= dim + 1 ? -1 / (count - 1) : 0) + 1e-12);
          expect(normError).toBeLessThan(1e-12);
        }),
        { seed: 2, numRuns: 60 },
      );
    },
  );

  it('tables are measured as in plain JavaScript', async () => {
    const linearAlgebra = await createWasmLinearAlgebra(build);
    fc.assert(
      fc.property(inputs, ({ make, dim, pick, seed }) => {
        const table = make(seed, 1 + (pick % 150), dim);
        table.vectors.copyWithin(
          0,
          dim * (table.classes.length >> 1),
          dim * ((table.classes.length >> 1) + 1),
        );
        const [plain, fast] = [geometry(table), geometry(table, { linearAlgebra })];
        for (const name of ['maxCosine', 'minCosine', 'meanCosine', 'smallestAngleRad', 'gap'] as const)
          if (plain[name] !== null) expect(Math.abs(fast[name]! - plain[name])).toBeLessThan(1e-12);
        for (const name of ['logEnergy', 'coulombEnergy'] as const)
          if (plain[name] === Infinity) expect(fast[name]).toBe(Infinity);
          else expect(Math.abs(fast[name] - plain[name])).toBeLessThan(1e-10 * (1 + Math.abs(plain[name])));
      }),
      { seed: 3, numRuns: 60 },
    );
  });
});

it('opens with zeros and apart from what is open, also where a memory is used again', async () => {
  const linearAlgebra = await createWasmLinearAlgebra('simd');
  let buffer: ArrayBufferLike | undefined;
  for (const size of [300, 20, 300, 400]) {
    using first = linearAlgebra.open([[size, size]]);
    using second = linearAlgebra.open([[size, 3]]);
    const [{ data, offset }] = first.matrices;
    expect(data.subarray(offset, offset + size * size).every((x) => x === 0)).toBe(true);
    data.fill(7, offset, offset + size * size);
    const [other] = second.matrices;
    expect(other.data.buffer).not.toBe(data.buffer);
    expect(other.data.subarray(other.offset, other.offset + 3 * size).every((x) => x === 0)).toBe(true);
    buffer ??= data.buffer;
    expect(data.buffer === buffer).toBe(size <= 300);
  }
});

it('says what does not fit', async () => {
  const linearAlgebra = await createWasmLinearAlgebra('simd');
  expect(() => linearAlgebra.open([[100_000, 100_000]])).toThrow(
    expect.objectContaining({ code: 'out-of-memory', received: expect.any(Number) }),
  );
});
