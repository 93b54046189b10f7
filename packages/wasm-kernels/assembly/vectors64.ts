// Vectors of float64 numbers.

/** a * b + c; one rounding in the relaxed build (where the processor has a fused one), two in the other. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function madd64(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, c);
  return f64x2.add(f64x2.mul(a, b), c);
}

// @ts-expect-error: decorators are AssemblyScript's
@inline
export function lanes64(s: v128): f64 {
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
}

/** Inner product of n numbers. */
export function inner64(x: usize, y: usize, n: i32): f64 {
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
export function addMultiple64(factor: f64, x: usize, y: usize, n: i32): void {
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
