import { createRng, type Prototypes, type Rng } from '@protonorm/tensor';
import { coincidingRows } from '../alignment/coinciding-rows.ts';
import type { AlignmentProblem } from '../alignment/solver.ts';
import { unitRows } from '../class-table/unit-rows.ts';
import { wholeMatrix } from '../linear-algebra/block.ts';
import { multiplyTransposed } from '../linear-algebra/multiply-transposed.ts';

/** What `align` hands to a solver, so that a solver's float64 can be looked at. */
export function problemOf(table: Prototypes, rng: Rng = createRng(0)): AlignmentProblem {
  const directions = unitRows(table);
  return {
    classes: table.classes,
    counts: table.counts,
    directions,
    coinciding: coincidingRows(directions),
    rng,
  };
}

/** Inner products of rows [C * d] with rows [C * d], shape [C * C]. */
export function innerProducts(a: Float64Array, b: Float64Array, count: number): Float64Array {
  const products = wholeMatrix(new Float64Array(count * count), count, count);
  const dim = a.length / count;
  multiplyTransposed(products, wholeMatrix(a, count, dim), wholeMatrix(b, count, dim));
  return products.data;
}

/** Largest inner product of two rows and largest deviation of a norm's square from 1. */
export function spread(rows: Float64Array, count: number): { maxCosine: number; normError: number } {
  const gram = innerProducts(rows, rows, count);
  let maxCosine = -1;
  let normError = 0;
  gram.forEach((product, at) => {
    if (at % (count + 1) === 0) normError = Math.max(normError, Math.abs(product - 1));
    else maxCosine = Math.max(maxCosine, product);
  });
  return { maxCosine, normError };
}

/** Share of rows [C * d] whose nearest target is that of their own row. */
export function identityShare(rows: Float64Array, targets: Float64Array, count: number): number {
  const products = innerProducts(rows, targets, count);
  let own = 0;
  for (let i = 0; i < count; i++) {
    if (products.subarray(i * count, (i + 1) * count).every((product) => product <= products[i * count + i]))
      own++;
  }
  return own / count;
}

/** Rows minus their mean, shape [C * d]. */
export function centred(rows: Float64Array, count: number): Float64Array {
  const dim = rows.length / count;
  const mean = new Float64Array(dim);
  for (let at = 0; at < rows.length; at++) mean[at % dim] += rows[at] / count;
  return rows.map((x, at) => x - mean[at % dim]);
}

/** The table with its rows in another order; classes and counts stay. */
export function reorder(table: Prototypes, order: readonly number[]): Prototypes {
  const { dim, vectors } = table;
  return { ...table, vectors: Float32Array.from(reorderRows(vectors, order, dim)) };
}

/** Rows in another order. */
export function reorderRows(rows: ArrayLike<number>, order: readonly number[], dim: number): Float64Array {
  return Float64Array.from(
    { length: rows.length },
    (_, at) => rows[order[Math.floor(at / dim)] * dim + (at % dim)],
  );
}
