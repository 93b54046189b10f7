import { ProtoNormError } from '@protonorm/tensor';
import { compileKernels, type KernelBuild, type Kernels } from '@protonorm/wasm-kernels';
import type { Block } from '../linear-algebra/block.ts';
import { notFiniteMatrix } from '../linear-algebra/symmetric-eigen.ts';
import type { LinearAlgebra } from '../linear-algebra/workspace.ts';

const PAGE = 65_536;
/** Numbers that a matrix's place is rounded up to: a cache line. */
const LINE = 8;

/**
 * Linear algebra in float64 on the SIMD unit, for alignments of 100 classes and more: three to five times as fast as plain
 * JavaScript, and equal to it up to rounding. A workspace has a memory of its own; when it is disposed, the memory serves the
 * next one, or is collected.
 *
 * @param build - 'simd' gives the same bits on every machine; 'relaxed' is faster where the processor has fused
 *   multiply-adds, whose rounding differs; 'auto' takes the fastest that runs here
 * @throws `backend-unavailable`, `invalid-argument` as `compileKernels`
 * @example
 * ```ts
 * import { align } from '@protonorm/prototype-math';
 * import { createWasmLinearAlgebra } from '@protonorm/prototype-math/wasm';
 * const linearAlgebra = await createWasmLinearAlgebra('simd');
 * linearAlgebra.name; // => 'wasm-simd'
 * const prototypes = {
 *   dim: 2,
 *   classes: Int32Array.of(0, 1, 2, 3, 4),
 *   counts: new Float64Array(5).fill(1),
 *   vectors: Float32Array.of(1, 0, 0, 1, -1, 0, 0, -1, 1, 1),
 * };
 * align(prototypes, { method: 'anneal', linearAlgebra }).geometry.maxCosine?.toFixed(2); // => '0.31'
 * ```
 */
export async function createWasmLinearAlgebra(build: KernelBuild | 'auto' = 'auto'): Promise<LinearAlgebra> {
  const compiled = await compileKernels(build);
  let idle: WeakRef<Place> | undefined;
  const take = (numbers: number): Place => {
    const place = idle?.deref();
    idle = undefined;
    if (place === undefined || place.data.length < numbers) return openPlace(compiled.module, numbers);
    place.data.fill(0, 0, numbers);
    return place;
  };
  return {
    name: `wasm-${compiled.build}`,
    open(shapes) {
      const place = take(shapes.reduce((sum, [rows, cols]) => sum + lines(rows * cols), LINE));
      const { kernels, data } = place;
      let offset = LINE; // the first line holds a result that is a number
      const matrices = shapes.map(([rows, cols]): Block => {
        const matrix = { data, offset, stride: cols, rows, cols };
        offset += lines(rows * cols);
        return matrix;
      });
      return {
        matrices,
        multiplyTransposed(out, a, b) {
          kernels.multiplyTransposed64(
            8 * a.offset,
            a.stride,
            a.rows,
            8 * b.offset,
            b.stride,
            b.rows,
            a.cols,
            8 * out.offset,
            out.stride,
          );
        },
        gram(out, a) {
          kernels.gram64(8 * a.offset, a.stride, a.rows, a.cols, 8 * out.offset, out.stride);
        },
        addProduct(out, a, b) {
          kernels.gemm64(
            8 * a.offset,
            a.stride,
            8 * b.offset,
            b.stride,
            8 * out.offset,
            out.stride,
            a.rows,
            a.cols,
            b.cols,
            1,
          );
        },
        addTransposedProduct(out, a, b) {
          kernels.gemmTransposed64(
            8 * a.offset,
            a.stride,
            8 * b.offset,
            b.stride,
            8 * out.offset,
            out.stride,
            a.cols,
            a.rows,
            b.cols,
            1,
          );
        },
        symmetricEigen({ matrix, vectors, values, scratch }) {
          const sweeps = kernels.symmetricEigen64(
            8 * matrix.offset,
            matrix.rows,
            8 * values.offset,
            8 * vectors.offset,
            8 * scratch.offset,
          );
          if (sweeps < 0) throw notFiniteMatrix();
        },
        softMaxWeights(tile, { sharpness, top, negligible, diagonal }) {
          const maxCosine = kernels.softMaxWeights64(
            8 * tile.offset,
            tile.stride,
            tile.rows,
            tile.cols,
            diagonal ? 1 : 0,
            sharpness,
            top,
            negligible,
            8,
          );
          return { maxCosine, weightSum: data[1] };
        },
        [Symbol.dispose]() {
          // Of two that are free the larger one is kept, until it is collected.
          const other = idle?.deref();
          if (other === undefined || other.data.length < data.length) idle = new WeakRef(place);
        },
      };
    },
  };
}

/** A memory and the kernels that work on it. */
interface Place {
  readonly kernels: Kernels;
  readonly data: Float64Array;
}

/** A memory of so many numbers at least. @throws `out-of-memory` */
function openPlace(module: WebAssembly.Module, numbers: number): Place {
  const pages = Math.ceil((8 * numbers) / PAGE);
  try {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    return { kernels: exports as unknown as Kernels, data: new Float64Array(memory.buffer) };
  } catch (error) {
    throw new ProtoNormError(
      'out-of-memory',
      `An alignment needs ${Math.ceil((8 * numbers) / 2 ** 20)} MiB of WebAssembly memory, which there are not.`,
      { received: 8 * numbers, cause: error, hint: 'Align fewer classes, or on plain JavaScript.' },
    );
  }
}

function lines(numbers: number): number {
  return Math.ceil(numbers / LINE) * LINE;
}
