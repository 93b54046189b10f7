import { addProduct } from './add-product.ts';
import { wholeMatrix, type Block } from './block.ts';
import { multiplyTransposed } from './multiply-transposed.ts';

/** Rows and columns of a matrix. */
export type Shape = readonly [rows: number, cols: number];

/** Matrices of float64 in a memory of their own, and the products over them. */
export interface Workspace extends Disposable {
  /** As many as it was opened with, in that order, zeros at first; not used any more once the workspace is disposed. */
  readonly matrices: readonly Block[];
  /** out = a b^T, with out [m, n], a [m, k], b [n, k], all parts of `matrices`; out must not overlap a or b. */
  multiplyTransposed(out: Block, a: Block, b: Block): void;
  /** out += a b, with out [m, n], a [m, k], b [k, n], all parts of `matrices`; out must not overlap a or b. */
  addProduct(out: Block, a: Block, b: Block): void;
}

/** Where the products of long alignments are computed: in plain JavaScript, on WebAssembly, ... */
export interface LinearAlgebra {
  /** For reports: 'javascript', 'wasm-relaxed', ... */
  readonly name: string;
  /** @throws `out-of-memory` */
  open(shapes: readonly Shape[]): Workspace;
}

/** Plain JavaScript: the same bits on every machine. */
export const plainLinearAlgebra: LinearAlgebra = {
  name: 'javascript',
  open: (shapes) => ({
    matrices: shapes.map(([rows, cols]) => wholeMatrix(new Float64Array(rows * cols), rows, cols)),
    multiplyTransposed,
    addProduct,
    [Symbol.dispose]() {},
  }),
};
