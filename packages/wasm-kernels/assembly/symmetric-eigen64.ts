import { addMultiple64, inner64, madd64 } from './vectors64';

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
  // What is nothing beside the largest entries is nothing: the reduction has rounded by as much.
  let size: f64 = 0;
  for (let i = 0; i < n; i++) {
    const at: usize = i << 3;
    size = max<f64>(size, abs<f64>(load<f64>(values + at)) + (i < n - 1 ? abs<f64>(load<f64>(e + at)) : 0));
  }
  for (let low = 0; low < n; low++) {
    for (let sweep = 0; ; sweep++) {
      let high = low;
      while (high < n - 1 && abs<f64>(load<f64>(e + (high << 3))) + size !== size) high++;
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
