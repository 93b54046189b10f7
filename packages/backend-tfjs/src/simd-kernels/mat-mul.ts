import type { TensorInfo } from '@tensorflow/tfjs-core';
import { elements } from '../device/tensor-memory.ts';
import { activationCodes, fusedActivationCode } from './activation-codes.ts';
import { matrix } from './image.ts';
import { pack, packTransposed, roundUp8, transposeMatrix, unpack } from './packed-matrix.ts';
import {
  addTransposedProduct,
  filterGradientScratch,
  gemmScratch,
  multiplyMatrices,
} from './product-call.ts';
import type { SimdKernel } from './simd-kernel.ts';
import type { SimdMemory } from './simd-memory.ts';

/** C [m, n] = A [m, k] B [k, n], each stored as it is or transposed. */
interface Product {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** From so many rows on, A^T B is summed up in blocks of rows; below, A is transposed first. */
const rowsForBlocks = 256;

/** Matrix products, one for each matrix of a batch. */
export const batchMatMul: SimdKernel = ({ inputs: { a, b }, attrs }, memory) =>
  multiply({ a, b }, attrs, memory);

/** A matrix product with a bias for each column, and an activation. */
export const fusedMatMul: SimdKernel = ({ inputs, attrs }, memory) => {
  const { a, b, bias } = inputs;
  const activation = fusedActivationCode(attrs.activation);
  if (activation === undefined) return undefined;
  const columns = attrs.transposeB ? b.shape.at(-2)! : b.shape.at(-1)!;
  if (bias && elements(bias.shape) !== columns) return undefined;
  const product = multiply({ a, b }, attrs, memory);
  if (!product) return undefined;
  const rows = elements(product.shape) / columns;
  const c = matrix(memory.address(product), columns);
  if (bias) memory.kernels.addImages(memory.address(bias), 0, 0, 0, ...c, 1, 1, rows, columns);
  if (activation !== activationCodes.linear) {
    memory.kernels.activate(...c, ...c, 1, 1, rows, columns, activation);
  }
  return product;
};

function multiply(
  { a, b }: { readonly a: TensorInfo; readonly b: TensorInfo },
  attrs: Readonly<Record<string, unknown>>,
  memory: SimdMemory,
): TensorInfo | undefined {
  const [transposeA, transposeB] = [attrs.transposeA === true, attrs.transposeB === true];
  const [outerA, outerB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const [batchA, batchB] = [elements(outerA), elements(outerB)];
  // One matrix for all of the other's, or as many; tfjs's kernel has the rest of broadcasting, and the complaints.
  if (batchA !== 1 && batchB !== 1 && outerA.join() !== outerB.join()) return undefined;
  const sizes = (shape: readonly number[], transposed: boolean): [number, number] => {
    const [rows, columns] = shape.slice(-2);
    return transposed ? [columns, rows] : [rows, columns];
  };
  const [m, k] = sizes(a.shape, transposeA);
  const [inner, n] = sizes(b.shape, transposeB);
  if (k !== inner) return undefined;
  const outer = batchA >= batchB && outerA.length >= outerB.length ? outerA : outerB;
  if (elements(outer) !== Math.max(batchA, batchB)) return undefined;
  const c = memory.output([...outer, m, n]);
  const product = { m, k, n, transposeA, transposeB };
  for (let i = 0; i < Math.max(batchA, batchB); i++) {
    multiplyPair(memory, product, {
      a: memory.address(a) + (batchA === 1 ? 0 : 4 * i * m * k),
      b: memory.address(b) + (batchB === 1 ? 0 : 4 * i * k * n),
      c: c.address + 4 * i * m * n,
    });
  }
  return c.tensor;
}

/** The addresses of A, B and C. */
interface Place {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/**
 * The kernels take a left factor with rows side by side and a packed right one. Where the product of the transposed
 * matrices, C^T = B^T A^T, has less to pack, it is computed and C turned over: a batch is packed rather than weights.
 */
function multiplyPair(memory: SimdMemory, { m, k, n, transposeA, transposeB }: Product, place: Place): void {
  const { kernels } = memory;
  const { a, b, c } = place;
  if (transposeA && transposeB) {
    const [packed, turned, scratch] = memory.scratch(k * roundUp8(m), n * m, gemmScratch(k));
    pack(kernels, a, packed, { rows: k, columns: m });
    multiplyMatrices(kernels, { a: b, b: packed, c: turned }, { rows: n, inner: k, columns: m }, scratch);
    transposeMatrix(kernels, turned, c, { rows: n, columns: m });
  } else if (transposeA && k >= rowsForBlocks) {
    const [packed, scratch] = memory.scratch(m * roundUp8(n), filterGradientScratch(n));
    memory.fill(packed, m * roundUp8(n), 0);
    addTransposedProduct(kernels, { a, d: b, packed }, { rows: k, inner: m, columns: n }, scratch);
    unpack(kernels, packed, c, { rows: m, columns: n });
  } else if (transposeA) {
    const [left, packed, scratch] = memory.scratch(m * k, k * roundUp8(n), gemmScratch(k));
    transposeMatrix(kernels, a, left, { rows: k, columns: m });
    pack(kernels, b, packed, { rows: k, columns: n });
    multiplyMatrices(kernels, { a: left, b: packed, c }, { rows: m, inner: k, columns: n }, scratch);
  } else if (transposeB && m * (k + 2 * n) < n * k) {
    const [packed, turned, scratch] = memory.scratch(k * roundUp8(m), n * m, gemmScratch(k));
    packTransposed(kernels, a, packed, { rows: k, columns: m });
    multiplyMatrices(kernels, { a: b, b: packed, c: turned }, { rows: n, inner: k, columns: m }, scratch);
    transposeMatrix(kernels, turned, c, { rows: n, columns: m });
  } else {
    const [packed, scratch] = memory.scratch(k * roundUp8(n), gemmScratch(k));
    (transposeB ? packTransposed : pack)(kernels, b, packed, { rows: k, columns: n });
    multiplyMatrices(kernels, { a, b: packed, c }, { rows: m, inner: k, columns: n }, scratch);
  }
}
