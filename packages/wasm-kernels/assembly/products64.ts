// Matrices of float64, row-major; pitches are in float64 numbers, pointers multiples of 4.

import { lanes64, madd64 } from './vectors64';

/** Two rows of A times four of B: the eight inner products. */
function products2x4(a0: usize, a1: usize, b0: usize, b1: usize, b2: usize, b3: usize, depth: i32, c0: usize, c1: usize): void {
  let s00 = f64x2.splat(0);
  let s01 = s00;
  let s02 = s00;
  let s03 = s00;
  let s10 = s00;
  let s11 = s00;
  let s12 = s00;
  let s13 = s00;
  let at: usize = 0;
  const end: usize = (depth & ~1) << 3;
  while (at < end) {
    const x0 = v128.load(a0 + at);
    const x1 = v128.load(a1 + at);
    let y = v128.load(b0 + at);
    s00 = madd64(x0, y, s00);
    s10 = madd64(x1, y, s10);
    y = v128.load(b1 + at);
    s01 = madd64(x0, y, s01);
    s11 = madd64(x1, y, s11);
    y = v128.load(b2 + at);
    s02 = madd64(x0, y, s02);
    s12 = madd64(x1, y, s12);
    y = v128.load(b3 + at);
    s03 = madd64(x0, y, s03);
    s13 = madd64(x1, y, s13);
    at += 16;
  }
  let r00 = lanes64(s00);
  let r01 = lanes64(s01);
  let r02 = lanes64(s02);
  let r03 = lanes64(s03);
  let r10 = lanes64(s10);
  let r11 = lanes64(s11);
  let r12 = lanes64(s12);
  let r13 = lanes64(s13);
  if (depth & 1) {
    const x0 = load<f64>(a0 + at);
    const x1 = load<f64>(a1 + at);
    r00 += x0 * load<f64>(b0 + at);
    r01 += x0 * load<f64>(b1 + at);
    r02 += x0 * load<f64>(b2 + at);
    r03 += x0 * load<f64>(b3 + at);
    r10 += x1 * load<f64>(b0 + at);
    r11 += x1 * load<f64>(b1 + at);
    r12 += x1 * load<f64>(b2 + at);
    r13 += x1 * load<f64>(b3 + at);
  }
  store<f64>(c0, r00);
  store<f64>(c0, r01, 8);
  store<f64>(c0, r02, 16);
  store<f64>(c0, r03, 24);
  store<f64>(c1, r10);
  store<f64>(c1, r11, 8);
  store<f64>(c1, r12, 16);
  store<f64>(c1, r13, 24);
}

/** One inner product in the order of `products2x4`: a result does not depend on where it lies. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
function product1x1(a: usize, b: usize, depth: i32): f64 {
  let s = f64x2.splat(0);
  let p = a;
  let q = b;
  for (let left = depth >> 1; left > 0; left--) {
    s = madd64(v128.load(p), v128.load(q), s);
    p += 16;
    q += 16;
  }
  let sum = lanes64(s);
  if (depth & 1) sum += load<f64>(p) * load<f64>(q);
  return sum;
}

/** C = A B^T for columns `from`.. of row pairs; shared by the two products below. */
export function multiplyRows(
  a: usize,
  aPitch: i32,
  rows: i32,
  b: usize,
  bPitch: i32,
  columns: i32,
  depth: i32,
  c: usize,
  cPitch: i32,
  upper: i32,
): void {
  const aRow: usize = aPitch << 3;
  const bRow: usize = bPitch << 3;
  const cRow: usize = cPitch << 3;
  // Panels of 32 rows of B stay in the cache while all rows of A pass.
  for (let panel = 0; panel < columns; panel += 32) {
    const panelEnd = min(panel + 32, columns);
    const rowEnd = upper ? min(rows, panelEnd) : rows;
    for (let i = 0; i < rowEnd; i += 2) {
      const a0 = a + <usize>i * aRow;
      const c0 = c + <usize>i * cRow;
      const pair = i + 1 < rowEnd;
      let j = upper ? max(panel, i & ~3) : panel;
      if (pair) {
        for (; j + 4 <= panelEnd; j += 4) {
          const b0 = b + <usize>j * bRow;
          const to: usize = j << 3;
          products2x4(a0, a0 + aRow, b0, b0 + bRow, b0 + 2 * bRow, b0 + 3 * bRow, depth, c0 + to, c0 + cRow + to);
        }
      }
      for (; j < panelEnd; j++) {
        const b0 = b + <usize>j * bRow;
        store<f64>(c0 + (j << 3), product1x1(a0, b0, depth));
        if (pair) store<f64>(c0 + cRow + (j << 3), product1x1(a0 + aRow, b0, depth));
      }
    }
  }
}

/** C = A B^T, A [rows, depth], B [columns, depth]; C overlaps neither. */
export function multiplyTransposed64(
  a: usize,
  aPitch: i32,
  rows: i32,
  b: usize,
  bPitch: i32,
  columns: i32,
  depth: i32,
  c: usize,
  cPitch: i32,
): void {
  multiplyRows(a, aPitch, rows, b, bPitch, columns, depth, c, cPitch, 0);
}

/** C = A A^T, A [rows, depth]: the upper triangle is computed and mirrored, so C is symmetric to the bit. */
export function gram64(a: usize, aPitch: i32, rows: i32, depth: i32, c: usize, cPitch: i32): void {
  multiplyRows(a, aPitch, rows, a, aPitch, rows, depth, c, cPitch, 1);
  const cRow: usize = cPitch << 3;
  for (let i = 1; i < rows; i++) {
    const to = c + <usize>i * cRow;
    let from = c + (i << 3);
    for (let j = 0; j < i; j++) {
      store<f64>(to + (j << 3), load<f64>(from));
      from += cRow;
    }
  }
}

/** C (+)= A B, A [rows, depth], B [depth, columns]; C overlaps neither. */
export function gemm64(
  a: usize,
  aPitch: i32,
  b: usize,
  bPitch: i32,
  c: usize,
  cPitch: i32,
  rows: i32,
  depth: i32,
  columns: i32,
  accumulate: i32,
): void {
  sumProducts(a, aPitch << 3, 8, b, bPitch, c, cPitch, rows, depth, columns, accumulate);
}

/** C (+)= A^T B, A [depth, rows], B [depth, columns]; C overlaps neither; the bits of `gemm64` with A transposed. */
export function gemmTransposed64(
  a: usize,
  aPitch: i32,
  b: usize,
  bPitch: i32,
  c: usize,
  cPitch: i32,
  rows: i32,
  depth: i32,
  columns: i32,
  accumulate: i32,
): void {
  sumProducts(a, 8, aPitch << 3, b, bPitch, c, cPitch, rows, depth, columns, accumulate);
}

/** Both products: elements of A are `aRow` and `aStep` bytes apart. */
function sumProducts(
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bPitch: i32,
  c: usize,
  cPitch: i32,
  rows: i32,
  depth: i32,
  columns: i32,
  accumulate: i32,
): void {
  const bRow: usize = bPitch << 3;
  const cRow: usize = cPitch << 3;
  const zero = f64x2.splat(0);
  let j = 0;
  for (; j + 4 <= columns; j += 4) {
    const to = c + (j << 3);
    let i = 0;
    for (; i + 4 <= rows; i += 4) {
      let a0 = a + <usize>i * aRow;
      let a1 = a0 + aRow;
      let a2 = a1 + aRow;
      let a3 = a2 + aRow;
      let q = b + (j << 3);
      let c0 = to + <usize>i * cRow;
      let s00 = zero;
      let s01 = zero;
      let s10 = zero;
      let s11 = zero;
      let s20 = zero;
      let s21 = zero;
      let s30 = zero;
      let s31 = zero;
      for (let k = depth; k > 0; k--) {
        const b0 = v128.load(q);
        const b1 = v128.load(q, 16);
        let s = v128.load64_splat(a0);
        s00 = madd64(s, b0, s00);
        s01 = madd64(s, b1, s01);
        s = v128.load64_splat(a1);
        s10 = madd64(s, b0, s10);
        s11 = madd64(s, b1, s11);
        s = v128.load64_splat(a2);
        s20 = madd64(s, b0, s20);
        s21 = madd64(s, b1, s21);
        s = v128.load64_splat(a3);
        s30 = madd64(s, b0, s30);
        s31 = madd64(s, b1, s31);
        a0 += aStep;
        a1 += aStep;
        a2 += aStep;
        a3 += aStep;
        q += bRow;
      }
      put64(c0, s00, s01, accumulate);
      put64((c0 += cRow), s10, s11, accumulate);
      put64((c0 += cRow), s20, s21, accumulate);
      put64((c0 += cRow), s30, s31, accumulate);
    }
    for (; i < rows; i++) {
      let a0 = a + <usize>i * aRow;
      let q = b + (j << 3);
      let s0 = zero;
      let s1 = zero;
      for (let k = depth; k > 0; k--) {
        const s = v128.load64_splat(a0);
        s0 = madd64(s, v128.load(q), s0);
        s1 = madd64(s, v128.load(q, 16), s1);
        a0 += aStep;
        q += bRow;
      }
      put64(to + <usize>i * cRow, s0, s1, accumulate);
    }
  }
  for (; j < columns; j++) {
    for (let i = 0; i < rows; i++) {
      let a0 = a + <usize>i * aRow;
      let q = b + (j << 3);
      const to = c + <usize>i * cRow + (j << 3);
      let sum = zero;
      for (let k = depth; k > 0; k--) {
        sum = madd64(v128.load64_splat(a0), v128.load64_splat(q), sum);
        a0 += aStep;
        q += bRow;
      }
      const value = f64x2.extract_lane(sum, 0);
      store<f64>(to, accumulate ? load<f64>(to) + value : value);
    }
  }
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
function put64(to: usize, s0: v128, s1: v128, accumulate: i32): void {
  let low = s0;
  let high = s1;
  if (accumulate) {
    low = f64x2.add(v128.load(to), low);
    high = f64x2.add(v128.load(to, 16), high);
  }
  v128.store(to, low);
  v128.store(to, high, 16);
}
