import type { Block } from './block.ts';

/**
 * Takes from a vector its components along the first `rank` rows of an orthonormal basis; twice, which leaves it
 * orthogonal to working precision (Kahan's "twice is enough").
 *
 * @param vector - shape [1, d], overwritten with the rest
 * @param basis - shape [>= rank, d], orthonormal rows
 * @param components - shape [>= rank], the components are added to it
 * @returns the norm of the rest
 */
export function projectOut(
  vector: Block,
  basis: Block,
  { rank, components }: { readonly rank: number; readonly components?: Float64Array },
): number {
  for (let sweep = 0; sweep < 2; sweep++) removeComponents(vector, basis, rank, components);
  return blockNorm(vector);
}

/** Euclidean norm of the first row of a block. */
export function blockNorm({ data, offset, cols }: Block): number {
  let sum = 0;
  for (let k = offset; k < offset + cols; k++) sum += data[k] * data[k];
  return Math.sqrt(sum);
}

/** One sweep of classical Gram-Schmidt in panels of four basis rows, which share the loads of the vector. */
function removeComponents(vector: Block, basis: Block, rank: number, components?: Float64Array): void {
  const { data: x, offset: from, cols: d } = vector;
  const { data: q, stride } = basis;
  let row = 0;
  for (; row + 4 <= rank; row += 4) {
    const q0 = basis.offset + row * stride;
    const q1 = q0 + stride;
    const q2 = q1 + stride;
    const q3 = q2 + stride;
    let c0 = 0;
    let c1 = 0;
    let c2 = 0;
    let c3 = 0;
    for (let k = 0; k < d; k++) {
      const value = x[from + k];
      c0 += value * q[q0 + k];
      c1 += value * q[q1 + k];
      c2 += value * q[q2 + k];
      c3 += value * q[q3 + k];
    }
    for (let k = 0; k < d; k++) {
      x[from + k] -= c0 * q[q0 + k] + c1 * q[q1 + k] + (c2 * q[q2 + k] + c3 * q[q3 + k]);
    }
    if (components === undefined) continue;
    components[row] += c0;
    components[row + 1] += c1;
    components[row + 2] += c2;
    components[row + 3] += c3;
  }
  for (; row < rank; row++) {
    const q0 = basis.offset + row * stride;
    let c = 0;
    for (let k = 0; k < d; k++) c += x[from + k] * q[q0 + k];
    for (let k = 0; k < d; k++) x[from + k] -= c * q[q0 + k];
    if (components !== undefined) components[row] += c;
  }
}
