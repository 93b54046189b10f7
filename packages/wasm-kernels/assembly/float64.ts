// e^x and log x in float64 after fdlibm (Sun Microsystems), without tables and without branches on NaN.

/** e^x, error below 1 ulp; 0 below -708. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function exp64(x: f64): f64 {
  // Adding 1.5 * 2^52 rounds to an integer, which then lies in the low bits.
  const shifted = x * 1.44269504088896338700 + 6755399441055744.0;
  const k = shifted - 6755399441055744.0;
  const high = x - k * 6.93147180369123816490e-1;
  const low = k * 1.90821492927058770002e-10;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (1.66666666666666019037e-1 +
        t *
          (-2.77777777770155933842e-3 +
            t *
              (6.61375632143793436117e-5 +
                t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))));
  const power = reinterpret<f64>((reinterpret<i64>(shifted) << 52) + 0x3ff0000000000000);
  const value = (1 - (low - (r * c) / (2 - c) - high)) * power;
  return x < -708 ? 0 : value;
}

/** log x for normal x > 0, error below 1 ulp; NaN stays. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
export function log64(x: f64): f64 {
  const bits = reinterpret<i64>(x);
  // The exponent for which the rest lies in sqrt(1/2) .. sqrt(2).
  const above = bits - 0x3fe6a09e667f3bcd;
  const k = <f64>(above >> 52);
  const f = reinterpret<f64>(bits - (above & 0xfff0000000000000)) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const odd =
    z *
    (6.666666666666735130e-1 +
      w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  const half = 0.5 * f * f;
  const value =
    k * 6.93147180369123816490e-1 - (half - (s * (half + even + odd) + k * 1.90821492927058770002e-10) - f);
  return x === x ? value : x;
}
