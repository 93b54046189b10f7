import type { Block } from './block.ts';

/**
 * out += a^T b, with out [m, n], a [k, m], b [k, n]; out must not overlap a or b.
 *
 * The bits of `addProduct` with a transposed.
 */
export function addTransposedProduct(out: Block, a: Block, b: Block): void {
  const { data: o, stride: os } = out;
  const { data: x, stride: xs, rows: depth, cols: rows } = a;
  const { data: y, stride: ys, cols } = b;
  const fullRows = rows & ~3;
  const fullCols = cols & ~3;
  for (let i = 0; i < fullRows; i += 4) {
    for (let j = 0; j < fullCols; j += 4) {
      let s00 = 0,
        s01 = 0,
        s02 = 0,
        s03 = 0;
      let s10 = 0,
        s11 = 0,
        s12 = 0,
        s13 = 0;
      let s20 = 0,
        s21 = 0,
        s22 = 0,
        s23 = 0;
      let s30 = 0,
        s31 = 0,
        s32 = 0,
        s33 = 0;
      let xk = a.offset + i;
      let yk = b.offset + j;
      for (let k = 0; k < depth; k++) {
        const q0 = y[yk];
        const q1 = y[yk + 1];
        const q2 = y[yk + 2];
        const q3 = y[yk + 3];
        yk += ys;
        let p = x[xk];
        s00 += p * q0;
        s01 += p * q1;
        s02 += p * q2;
        s03 += p * q3;
        p = x[xk + 1];
        s10 += p * q0;
        s11 += p * q1;
        s12 += p * q2;
        s13 += p * q3;
        p = x[xk + 2];
        s20 += p * q0;
        s21 += p * q1;
        s22 += p * q2;
        s23 += p * q3;
        p = x[xk + 3];
        s30 += p * q0;
        s31 += p * q1;
        s32 += p * q2;
        s33 += p * q3;
        xk += xs;
      }
      let at = out.offset + i * os + j;
      o[at] += s00;
      o[at + 1] += s01;
      o[at + 2] += s02;
      o[at + 3] += s03;
      at += os;
      o[at] += s10;
      o[at + 1] += s11;
      o[at + 2] += s12;
      o[at + 3] += s13;
      at += os;
      o[at] += s20;
      o[at + 1] += s21;
      o[at + 2] += s22;
      o[at + 3] += s23;
      at += os;
      o[at] += s30;
      o[at + 1] += s31;
      o[at + 2] += s32;
      o[at + 3] += s33;
    }
  }
  for (let i = 0; i < rows; i++) {
    const xi = a.offset + i;
    for (let j = i < fullRows ? fullCols : 0; j < cols; j++) {
      let sum = 0;
      for (let k = 0; k < depth; k++) sum += x[xi + k * xs] * y[b.offset + k * ys + j];
      o[out.offset + i * os + j] += sum;
    }
  }
}
