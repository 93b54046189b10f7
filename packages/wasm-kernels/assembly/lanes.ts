// Vectors of four float32 lanes: the few operations that all kernels share.

/** a * b + c; one rounding in the relaxed build (where the processor has a fused one), two in the other. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** c - a * b. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

/** Stores the first `count` (1..8) of the eight lanes of two vectors. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function storeLanes(to: usize, low: v128, high: v128, count: i32): void {
  let rest = low;
  let at = to;
  let left = count;
  if (left >= 4) {
    v128.store(at, rest);
    rest = high;
    at += 16;
    left -= 4;
  }
  if (left > 0) v128.store_lane<f32>(at, rest, 0);
  if (left > 1) v128.store_lane<f32>(at, rest, 1, 4);
  if (left > 2) v128.store_lane<f32>(at, rest, 2, 8);
  if (left > 3) v128.store_lane<f32>(at, rest, 3, 12);
}

/** Loads `count` (0..4) floats; the other lanes are 0. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function loadLanes(from: usize, count: i32): v128 {
  if (count >= 4) return v128.load(from);
  let lanes = f32x4.splat(0);
  if (count > 0) lanes = v128.load_lane<f32>(from, lanes, 0);
  if (count > 1) lanes = v128.load_lane<f32>(from, lanes, 1, 4);
  if (count > 2) lanes = v128.load_lane<f32>(from, lanes, 2, 8);
  return lanes;
}

/** Stores the first `count` (1..4) lanes. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function storePart(to: usize, value: v128, count: i32): void {
  if (count >= 4) {
    v128.store(to, value);
    return;
  }
  v128.store_lane<f32>(to, value, 0);
  if (count > 1) v128.store_lane<f32>(to, value, 1, 4);
  if (count > 2) v128.store_lane<f32>(to, value, 2, 8);
}
