import { createRng } from '@protonorm/tensor';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maxDifference } from '../test-data/tables.ts';
import type { Block } from './block.ts';
import { apart, type Shape } from './shape.ts';
import { eigenShapes } from './symmetric-eigen.ts';
import { plainLinearAlgebra, type LinearAlgebra, type Workspace } from './workspace.ts';

const size = fc.integer({ min: 1, max: 40 });
const sizes = fc.record({ m: size, n: size, k: size, seed: fc.nat(), scaled: fc.constantFrom(1, 1e-6, 1e6) });

/**
 * What every linear algebra must do as plain JavaScript does, on random matrices: up to rounding, and nothing outside of the
 * blocks that are written.
 *
 * @param bitwise - the same bits where the order of the operations is fixed: weights
 */
export function itConforms(
  open: () => Promise<LinearAlgebra>,
  { bitwise }: { readonly bitwise: boolean },
): void {
  it('multiplies, and writes nowhere else', async () => {
    const linearAlgebra = await open();
    fc.assert(
      fc.property(sizes, ({ m, n, k, seed, scaled }) => {
        using pair = openBoth(linearAlgebra, [
          apart([m, k]),
          apart([n, k]),
          apart([k, n]),
          apart([k, m]),
          apart([m, n]),
        ]);
        const scale = draw(pair, seed, scaled);
        pair.both((workspace, [a, b, c, d, out]) => {
          workspace.multiplyTransposed({ ...out, cols: n }, { ...a, cols: k }, { ...b, cols: k });
          workspace.addProduct({ ...out, cols: n }, { ...a, cols: k }, { ...c, cols: n });
          workspace.addTransposedProduct({ ...out, cols: n }, { ...d, cols: m }, { ...c, cols: n });
        });
        pair.agree(1e-15 * 3 * (k + 1) * scale * scale);
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  it('has Gram matrices that are symmetric to the bit', async () => {
    const linearAlgebra = await open();
    fc.assert(
      fc.property(sizes, ({ m, k, seed, scaled }) => {
        using pair = openBoth(linearAlgebra, [apart([m, k]), [m, m]]);
        const scale = draw(pair, seed, scaled);
        pair.both((workspace, [a, out]) => workspace.gram(out, { ...a, cols: k }));
        pair.agree(1e-15 * (k + 1) * scale * scale);
        const gram = numbersOf(pair.tried.matrices[1]);
        expect(gram).toEqual(gram.map((_, at) => gram[(at % m) * m + Math.floor(at / m)]));
      }),
      { seed: 6, numRuns: 40 },
    );
  });

  it('decomposes symmetric matrices, also singular ones', async () => {
    const linearAlgebra = await open();
    fc.assert(
      fc.property(
        sizes,
        fc.constantFrom('full', 'singular', 'coincident', 'zero'),
        ({ m: n, k, seed, scaled }, kind) => {
          using pair = openBoth(linearAlgebra, [[n, k], ...eigenShapes(n), [n, n], [n, n]]);
          draw(pair, seed, kind === 'zero' ? 0 : scaled);
          const { workspace, matrices } = pair.tried;
          const [rows, matrix, vectors, values, scratch, spectral, unit] = matrices;
          if (kind === 'coincident') for (let i = 1; i < n; i += 2) copyRow(rows, i - 1, i);
          if (kind === 'full') workspace.gram(matrix, { ...rows, cols: 1 });
          else workspace.gram(matrix, rows);
          if (kind === 'full')
            for (let i = 0; i < n; i++) matrix.data[matrix.offset + i * n + i] += scaled * (i + 1);
          const before = numbersOf(matrix);
          workspace.symmetricEigen({ matrix, vectors, values, scratch });
          const found = numbersOf(values);
          expect(found).toEqual(found.toSorted().reverse());
          // V^T diag(values) V is the matrix, V V^T is 1.
          const scaledVectors = numbersOf(vectors).map((x, at) => x * found[Math.floor(at / n)]);
          matrix.data.set(scaledVectors, matrix.offset);
          spectral.data.fill(0, spectral.offset, spectral.offset + n * n);
          workspace.addTransposedProduct(spectral, vectors, matrix);
          const most = Math.max(1e-300, ...found.map(Math.abs));
          expect(maxDifference(numbersOf(spectral), before)).toBeLessThan(1e-13 * n * most + 1e-300);
          workspace.gram(unit, vectors);
          const one = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));
          expect(maxDifference(numbersOf(unit), one)).toBeLessThan(1e-13);
        },
      ),
      { seed: 7, numRuns: 60 },
    );
  });

  it('refuses to decompose what is not finite', async () => {
    const linearAlgebra = await open();
    using workspace = linearAlgebra.open(eigenShapes(3));
    const [matrix, vectors, values, scratch] = workspace.matrices;
    matrix.data.fill(NaN, matrix.offset, matrix.offset + 9);
    expect(() => workspace.symmetricEigen({ matrix, vectors, values, scratch })).toThrow(
      expect.objectContaining({ code: 'not-finite' }),
    );
  });

  it('weighs pairs', async () => {
    const linearAlgebra = await open();
    const weighting = fc.record({
      sharpness: fc.constantFrom(8, 64.5, 1024),
      top: fc.constantFrom(-0.2, 0.3, 1),
      negligible: fc.constantFrom(-20, -40, -700),
      diagonal: fc.boolean(),
    });
    fc.assert(
      fc.property(sizes, weighting, ({ m, n, seed }, by) => {
        const cols = by.diagonal ? m : n;
        using pair = openBoth(linearAlgebra, [apart([m, cols])]);
        draw(pair, seed, 1);
        for (const { matrices } of [pair.plain, pair.tried]) {
          const { data, offset, rows, stride } = matrices[0];
          for (let at = offset; at < offset + rows * stride; at++)
            data[at] = Math.max(-1, Math.min(1, data[at] / 2));
        }
        const [plain, tried] = pair.both((workspace, [tile]) =>
          workspace.softMaxWeights({ ...tile, cols }, by),
        );
        pair.agree(bitwise ? 0 : 1e-12);
        expect(tried.maxCosine).toBe(plain.maxCosine);
        expect(Math.abs(tried.weightSum - plain.weightSum)).toBeLessThan(1e-12 * m * cols);
      }),
      { seed: 8, numRuns: 100 },
    );
  });
}

interface Opened {
  readonly workspace: Workspace;
  readonly matrices: readonly Block[];
}

/** The same matrices in plain JavaScript and in the linear algebra that is tried. */
function openBoth(linearAlgebra: LinearAlgebra, shapes: readonly Shape[]) {
  const [plain, tried] = [plainLinearAlgebra, linearAlgebra].map((by): Opened => {
    const workspace = by.open(shapes);
    return { workspace, matrices: workspace.matrices };
  });
  return {
    plain,
    tried,
    both: <T>(run: (workspace: Workspace, matrices: readonly Block[]) => T): [plain: T, tried: T] => [
      run(plain.workspace, plain.matrices),
      run(tried.workspace, tried.matrices),
    ],
    /** All matrices are the same, with what lies between their rows. */
    agree(tolerance: number): void {
      plain.matrices.forEach((matrix, i) => {
        expect(maxDifference(numbersOf(tried.matrices[i]), numbersOf(matrix))).toBeLessThanOrEqual(tolerance);
      });
    },
    [Symbol.dispose](): void {
      for (const { workspace } of [plain, tried]) workspace[Symbol.dispose]();
    },
  };
}

/** Fills all matrices with the same random numbers; returns their largest size. */
function draw({ plain, tried }: ReturnType<typeof openBoth>, seed: number, scale: number): number {
  const rng = createRng(seed);
  let most = 0;
  plain.matrices.forEach((matrix, i) => {
    const values = numbersOf(matrix).map(() => scale * rng.normal());
    most = values.reduce((max, x) => Math.max(max, Math.abs(x)), most);
    for (const { data, offset } of [matrix, tried.matrices[i]]) data.set(values, offset);
  });
  return Math.max(1, most);
}

function copyRow({ data, offset, stride }: Block, from: number, to: number): void {
  data.copyWithin(offset + to * stride, offset + from * stride, offset + (from + 1) * stride);
}

function numbersOf({ data, offset, rows, stride }: Block): Float64Array {
  return data.slice(offset, offset + rows * stride);
}
