// Matrices of float64, row-major; pitches are in float64 numbers, pointers multiples of 4.

/** a * b + c; one rounding in the relaxed build (where the processor has a fused one), two in the other. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
function madd64(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, c);
  return f64x2.add(f64x2.mul(a, b), c);
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
function lanes64(s: v128): f64 {
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
}

/** Inner product of n numbers. */
function inner64(x: usize, y: usize, n: i32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let p = x;
  let q = y;
  let left = n;
  for (; left >= 4; left -= 4) {
    s0 = madd64(v128.load(p), v128.load(q), s0);
    s1 = madd64(v128.load(p, 16), v128.load(q, 16), s1);
    p += 32;
    q += 32;
  }
  let sum = lanes64(f64x2.add(s0, s1));
  for (; left > 0; left--) {
    sum += load<f64>(p) * load<f64>(q);
    p += 8;
    q += 8;
  }
  return sum;
}

/** y += factor x. */
function addMultiple64(factor: f64, x: usize, y: usize, n: i32): void {
  const f = f64x2.splat(factor);
  let p = x;
  let q = y;
  let left = n;
  for (; left >= 2; left -= 2) {
    v128.store(q, madd64(v128.load(p), f, v128.load(q)));
    p += 16;
    q += 16;
  }
  if (left > 0) store<f64>(q, load<f64>(q) + factor * load<f64>(p));
}

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
function multiplyRows(
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
  const aRow: usize = aPitch << 3;
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
        a0 += 8;
        a1 += 8;
        a2 += 8;
        a3 += 8;
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
        a0 += 8;
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
        a0 += 8;
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

/**
 * One step of the coupled Newton-Schulz iteration: T = (3 - Z Y) / 2, Y' = Y T, Z' = T Z.
 *
 * From Y = A, Z = 1 with A symmetric and |1 - A| < 1, Y goes to A^(1/2) and Z to A^(-1/2) quadratically (Higham, Functions
 * of Matrices, 2008, 6.35). All are dense [n, n] and must be symmetric (they are polynomials of A).
 *
 * @param t - [n, n], overwritten with T
 * @returns the largest entry of |1 - Z Y| before the step: 0 at the fixed point, NaN where the matrices are not finite
 */
export function newtonSchulzStep64(y: usize, z: usize, n: i32, yNext: usize, zNext: usize, t: usize): f64 {
  multiplyRows(z, n, n, y, n, n, n, t, n, 0);
  let distance: f64 = 0;
  let at = t;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const rest = (i === j ? <f64>1 : <f64>0) - load<f64>(at);
      distance = max<f64>(distance, abs<f64>(rest));
      store<f64>(at, (i === j ? <f64>1 : <f64>0) + 0.5 * rest);
      at += 8;
    }
  }
  // Each is symmetric and they commute, so all products may read rows.
  multiplyRows(y, n, n, t, n, n, n, yNext, n, 0);
  multiplyRows(z, n, n, t, n, n, n, zNext, n, 0);
  return distance;
}

/** QL needs 1-2 sweeps for an eigenvalue; this many mean that the matrix is not finite. */
const MAX_SWEEPS: i32 = 60;

/** A = Q T Q^T with T tridiagonal; `vectors` becomes Q^T, the upper triangle of A the Householder vectors. */
function tridiagonalise(a: usize, n: i32, d: usize, e: usize, factors: usize, p: usize, vectors: usize): void {
  const row: usize = n << 3;
  for (let i = 0; i < n; i++) {
    store<f64>(e + (i << 3), 0);
    store<f64>(factors + (i << 3), 0);
  }
  for (let k = 0; k < n - 1; k++) {
    const v = a + <usize>k * row;
    const next: usize = (k + 1) << 3;
    store<f64>(d + (k << 3), load<f64>(v + (k << 3)));
    const squares = inner64(v + next + 8, v + next + 8, n - k - 2);
    const head = load<f64>(v + next);
    if (squares === 0) {
      store<f64>(e + (k << 3), head);
      continue;
    }
    const norm = sqrt<f64>(head * head + squares);
    const off = head > 0 ? -norm : norm;
    store<f64>(e + (k << 3), off);
    store<f64>(v + next, head - off);
    const factor = 2 / ((head - off) * (head - off) + squares);
    store<f64>(factors + (k << 3), factor);
    // p = factor A v on the trailing block, from its upper triangle alone.
    for (let i = k + 1; i < n; i++) store<f64>(p + (i << 3), 0);
    for (let i = k + 1; i < n; i++) {
      const line = a + <usize>i * row + (i << 3);
      const vi = load<f64>(v + (i << 3));
      const more: usize = (i + 1) << 3;
      const sum = load<f64>(line) * vi + inner64(line + 8, v + more, n - i - 1);
      addMultiple64(vi, line + 8, p + more, n - i - 1);
      store<f64>(p + (i << 3), load<f64>(p + (i << 3)) + sum);
    }
    for (let i = k + 1; i < n; i++) store<f64>(p + (i << 3), factor * load<f64>(p + (i << 3)));
    const overlap = inner64(p + next, v + next, n - k - 1);
    addMultiple64(-0.5 * factor * overlap, v + next, p + next, n - k - 1);
    for (let i = k + 1; i < n; i++) {
      const line = a + <usize>i * row + (i << 3);
      addMultiple64(-load<f64>(v + (i << 3)), p + (i << 3), line, n - i);
      addMultiple64(-load<f64>(p + (i << 3)), v + (i << 3), line, n - i);
    }
  }
  store<f64>(d + ((n - 1) << 3), load<f64>(a + <usize>(n - 1) * row + ((n - 1) << 3)));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) store<f64>(vectors + <usize>i * row + (j << 3), i === j ? 1 : 0);
  }
  for (let k = n - 3; k >= 0; k--) {
    const factor = load<f64>(factors + (k << 3));
    if (factor === 0) continue;
    const next: usize = (k + 1) << 3;
    const v = a + <usize>k * row + next;
    for (let i = k + 1; i < n; i++) {
      const line = vectors + <usize>i * row + next;
      addMultiple64(-factor * inner64(line, v, n - k - 1), v, line, n - k - 1);
    }
  }
}

/** Rows x, y := c x - s y, s x + c y. */
function rotate64(x: usize, y: usize, n: i32, c: f64, s: f64): void {
  const cosine = f64x2.splat(c);
  const sine = f64x2.splat(s);
  let p = x;
  let q = y;
  let left = n;
  for (; left >= 2; left -= 2) {
    const a = v128.load(p);
    const b = v128.load(q);
    v128.store(q, madd64(sine, a, f64x2.mul(cosine, b)));
    v128.store(p, f64x2.sub(f64x2.mul(cosine, a), f64x2.mul(sine, b)));
    p += 16;
    q += 16;
  }
  if (left > 0) {
    const a = load<f64>(p);
    const b = load<f64>(q);
    store<f64>(q, s * a + c * b);
    store<f64>(p, c * a - s * b);
  }
}

/** One implicit QL sweep with Wilkinson's shift on the unreduced block low..high. */
function qlSweep(d: usize, e: usize, vectors: usize, n: i32, low: i32, high: i32): void {
  const row: usize = n << 3;
  const lowAt: usize = low << 3;
  const offLow = load<f64>(e + lowAt);
  const ratio = (load<f64>(d + lowAt, 8) - load<f64>(d + lowAt)) / (2 * offLow);
  const root = sqrt<f64>(ratio * ratio + 1);
  let g = load<f64>(d + (high << 3)) - load<f64>(d + lowAt) + offLow / (ratio + (ratio < 0 ? -root : root));
  let s: f64 = 1;
  let c: f64 = 1;
  let shift: f64 = 0;
  for (let i = high - 1; i >= low; i--) {
    const at: usize = i << 3;
    const off = load<f64>(e + at);
    const f = s * off;
    const b = c * off;
    const r = sqrt<f64>(f * f + g * g);
    store<f64>(e + at, r, 8);
    if (r === 0) {
      // The block splits here; the next search for `high` finds the split.
      store<f64>(d + at, load<f64>(d + at, 8) - shift, 8);
      store<f64>(e + (high << 3), 0);
      return;
    }
    s = f / r;
    c = g / r;
    g = load<f64>(d + at, 8) - shift;
    const t = (load<f64>(d + at) - g) * s + 2 * c * b;
    shift = s * t;
    store<f64>(d + at, g + shift, 8);
    g = c * t - b;
    const upper = vectors + <usize>i * row;
    rotate64(upper, upper + row, n, c, s);
  }
  store<f64>(d + lowAt, load<f64>(d + lowAt) - shift);
  store<f64>(e + lowAt, g);
  store<f64>(e + (high << 3), 0);
}

/**
 * All eigenvalues (falling) and eigenvectors (rows) of a symmetric matrix: Householder's tridiagonal form, then QL with
 * implicit shifts (Wilkinson and Reinsch, Handbook for Automatic Computation II, 1971).
 *
 * @param a - [n, n], dense, only the upper triangle is read; destroyed
 * @param values - n numbers
 * @param vectors - [n, n]
 * @param scratch - 24 * n bytes
 * @returns the number of QL sweeps; -1 when the matrix is not finite
 */
export function symmetricEigen64(a: usize, n: i32, values: usize, vectors: usize, scratch: usize): i32 {
  if (n === 0) return 0;
  const e = scratch;
  const row: usize = n << 3;
  tridiagonalise(a, n, values, e, scratch + row, scratch + 2 * row, vectors);
  let sweeps = 0;
  for (let low = 0; low < n; low++) {
    for (let sweep = 0; ; sweep++) {
      let high = low;
      while (high < n - 1) {
        const at: usize = high << 3;
        const size = abs<f64>(load<f64>(values + at)) + abs<f64>(load<f64>(values + at, 8));
        if (abs<f64>(load<f64>(e + at)) + size === size) break;
        high++;
      }
      if (high === low) break;
      if (sweep === MAX_SWEEPS) return -1;
      qlSweep(values, e, vectors, n, low, high);
      sweeps++;
    }
  }
  // Selection sort: at most n exchanges of rows.
  for (let i = 0; i < n; i++) {
    let largest = i;
    for (let j = i + 1; j < n; j++) {
      if (load<f64>(values + (j << 3)) > load<f64>(values + (largest << 3))) largest = j;
    }
    if (!(abs<f64>(load<f64>(values + (largest << 3))) < Infinity)) return -1;
    if (largest === i) continue;
    exchange64(values + (i << 3), values + (largest << 3), 1);
    exchange64(vectors + <usize>i * row, vectors + <usize>largest * row, n);
  }
  return sweeps;
}

function exchange64(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const at: usize = i << 3;
    const value = load<f64>(x + at);
    store<f64>(x + at, load<f64>(y + at));
    store<f64>(y + at, value);
  }
}
