import { addProduct } from './add-product.ts';
import { addTransposedProduct } from './add-transposed-product.ts';
import { wholeMatrix, type Block } from './block.ts';
import { gram } from './gram.ts';
import { multiplyTransposed } from './multiply-transposed.ts';
import type { Shape } from './shape.ts';
import { softMaxWeights, type SoftMaxTile, type SoftMaxWeighting } from './soft-max-weights.ts';
import { symmetricEigen, type EigenProblem } from './symmetric-eigen.ts';

/**
 * Matrices of float64 in a memory of their own, and the operations on them that take the time of an alignment. Every block
 * that is handed in is a part of `matrices`.
 */
export interface Workspace extends Disposable {
  /** As many as it was opened with, in that order, dense, zeros at first; not used once the workspace is disposed. */
  readonly matrices: readonly Block[];
  /** out = a b^T, with out [m, n], a [m, k], b [n, k]; out must not overlap a or b. */
  multiplyTransposed(out: Block, a: Block, b: Block): void;
  /** out = a a^T, with out [n, n], symmetric to the bit, a [n, k]; out must not overlap a. */
  gram(out: Block, a: Block): void;
  /** out += a b, with out [m, n], a [m, k], b [k, n]; out must not overlap a or b. */
  addProduct(out: Block, a: Block, b: Block): void;
  /** out += a^T b, with out [m, n], a [k, m], b [k, n]; out must not overlap a or b. */
  addTransposedProduct(out: Block, a: Block, b: Block): void;
  /**
   * All eigenvalues, falling, and eigenvectors, as rows, of a symmetric matrix.
   *
   * @throws `not-finite`
   */
  symmetricEigen(problem: EigenProblem): void;
  /** Cosines of pairs become their weights in a soft maximum, negative: c := -exp(b (c - top)), in place. */
  softMaxWeights(tile: Block, by: SoftMaxWeighting & { readonly diagonal: boolean }): SoftMaxTile;
}

/** Where alignments are computed: in plain JavaScript, on WebAssembly, ... */
export interface LinearAlgebra {
  /** For reports: 'javascript', 'wasm-relaxed', ... */
  readonly name: string;
  /** @throws `out-of-memory` */
  open(shapes: readonly Shape[]): Workspace;
}

/** Plain JavaScript: the same bits on every machine, and what the others are tested against. */
export const plainLinearAlgebra: LinearAlgebra = {
  name: 'javascript',
  open: (shapes) => ({
    matrices: shapes.map(([rows, cols]) => wholeMatrix(new Float64Array(rows * cols), rows, cols)),
    multiplyTransposed,
    gram,
    addProduct,
    addTransposedProduct,
    symmetricEigen,
    softMaxWeights,
    [Symbol.dispose]() {},
  }),
};
