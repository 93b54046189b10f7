/** ceil(a / b) for b > 0 and a of any sign, not below 0. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function ceilAtLeast0(a: i32, b: i32): i32 {
  return a <= 0 ? 0 : (a + b - 1) / b;
}
