// AssemblyScript: nothing but multiply-adds on registers, twelve independent chains: the most that the SIMD unit can do.
// Each multiplies its own last value, so that no product can be taken out of the loop.

// @ts-expect-error: decorators are AssemblyScript's
@inline
function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** `steps` times twelve multiply-adds of four lanes: 96 * steps floating point operations. */
export function peak(steps: i32, a: f32, b: f32): f32 {
  const x = f32x4.splat(a);
  const y = f32x4.splat(b);
  let s0 = x;
  let s1 = x;
  let s2 = x;
  let s3 = x;
  let s4 = x;
  let s5 = x;
  let s6 = x;
  let s7 = x;
  let s8 = x;
  let s9 = x;
  let s10 = x;
  let s11 = x;
  for (let i = 0; i < steps; i++) {
    s0 = madd(s0, y, x);
    s1 = madd(s1, y, x);
    s2 = madd(s2, y, x);
    s3 = madd(s3, y, x);
    s4 = madd(s4, y, x);
    s5 = madd(s5, y, x);
    s6 = madd(s6, y, x);
    s7 = madd(s7, y, x);
    s8 = madd(s8, y, x);
    s9 = madd(s9, y, x);
    s10 = madd(s10, y, x);
    s11 = madd(s11, y, x);
  }
  const left = f32x4.add(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), f32x4.add(s4, s5));
  const right = f32x4.add(f32x4.add(f32x4.add(s6, s7), f32x4.add(s8, s9)), f32x4.add(s10, s11));
  const sum = f32x4.add(left, right);
  return f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1);
}
