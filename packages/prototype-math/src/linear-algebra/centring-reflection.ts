import type { Block } from './block.ts';

/**
 * Applies the Householder reflection H = I - 2 u u^T / u^T u with u = 1/sqrt(n) - e_1 to the rows of a matrix, in place.
 *
 * H maps e_1 to the constant vector 1/sqrt(n). Its other columns are therefore an orthonormal basis of the centred
 * vectors: after H, row 0 holds sqrt(n) times the mean of the rows and rows 1.. hold the centred part. H is its own
 * inverse.
 *
 * @param rows - shape [n, d], n >= 2
 */
export function reflectCentring(rows: Block): void {
  const { data, offset, stride, rows: n, cols } = rows;
  const entry = 1 / Math.sqrt(n);
  const overlap = new Float64Array(cols); // u^T X
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < cols; k++) overlap[k] += data[offset + i * stride + k];
  }
  for (let k = 0; k < cols; k++) overlap[k] = overlap[k] * entry - data[offset + k];
  const factor = 1 / (1 - entry); // 2 / u^T u
  for (let i = 0; i < n; i++) {
    const ui = factor * (i === 0 ? entry - 1 : entry);
    for (let k = 0; k < cols; k++) data[offset + i * stride + k] -= ui * overlap[k];
  }
}
