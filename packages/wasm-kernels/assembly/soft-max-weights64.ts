import { lanes64, madd64 } from './vectors64';

/** The k for which 2^-k is the power next to e^x, x <= 0. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
function halvings(x: v128): v128 {
  return f64x2.trunc(f64x2.sub(f64x2.splat(0.5), f64x2.mul(x, f64x2.splat(1.4426950408889634))));
}

/** s 2^-k for k = 0..1022: adding 2^52 puts k into the low bits, and what lies above them is shifted out. */
// @ts-expect-error: decorators are AssemblyScript's
@inline
function halved(s: v128, k: v128): v128 {
  const bits = f64x2.add(k, f64x2.splat(4503599627370496.0));
  return f64x2.mul(s, i64x2.shl(i64x2.sub(i64x2.splat(1023), bits), 52));
}

/**
 * Cosines of pairs become their weights in the soft maximum, negative: c := -exp(sharpness (c - top)), -1 above the top, 0
 * where the exponent is at most `negligible`.
 *
 * @param c - [rows, columns], in place
 * @param diagonal - the pairs on the diagonal are none: their weight is 0
 * @param negligible - -700 or more
 * @param weightSum - one number, overwritten with the sum of the weights
 * @returns the largest cosine; -1 when there is no larger one
 */
export function softMaxWeights64(
  c: usize,
  cPitch: i32,
  rows: i32,
  columns: i32,
  diagonal: i32,
  sharpness: f64,
  top: f64,
  negligible: f64,
  weightSum: usize,
): f64 {
  const b = f64x2.splat(sharpness);
  const t = f64x2.splat(top);
  const least = f64x2.splat(negligible);
  const zero = f64x2.splat(0);
  let sums = zero;
  let most = f64x2.splat(-1);
  for (let i = 0; i < rows; i++) {
    let at = c + ((<usize>i * cPitch) << 3);
    if (diagonal) store<f64>(at + (i << 3), -Infinity);
    for (let left = columns; left > 0; left -= 4) {
      // Behind the end of a row stands -Infinity, which has no weight.
      const last = f64x2.splat(-Infinity);
      let c0 = last;
      let c1 = last;
      if (left >= 2) c0 = v128.load(at);
      else c0 = v128.load64_lane(at, last, 0);
      if (left >= 4) c1 = v128.load(at, 16);
      else if (left === 3) c1 = v128.load64_lane(at, last, 0, 16);
      most = f64x2.pmax(most, f64x2.pmax(c0, c1));
      const x0 = f64x2.mul(b, f64x2.sub(c0, t));
      const x1 = f64x2.mul(b, f64x2.sub(c1, t));
      const part0 = f64x2.gt(x0, least);
      const part1 = f64x2.gt(x1, least);
      let s0 = zero;
      let s1 = zero;
      // In late passes most pairs have no weight.
      if (v128.any_true(v128.or(part0, part1))) {
        // e^x by Taylor's polynomial within log(2) / 2 of 0: relative error below 1e-11, and without FMA the bits of
        // prototype-math's exponential. Two vectors share the constants, which the engine writes into registers anew.
        const y0 = f64x2.pmin(x0, zero);
        const y1 = f64x2.pmin(x1, zero);
        const k0 = halvings(y0);
        const k1 = halvings(y1);
        let term = f64x2.splat(0.6931471805599453);
        const r0 = madd64(k0, term, y0);
        const r1 = madd64(k1, term, y1);
        term = f64x2.splat(1.0 / 362880);
        s0 = term;
        s1 = term;
        term = f64x2.splat(1.0 / 40320);
        s0 = madd64(r0, s0, term);
        s1 = madd64(r1, s1, term);
        term = f64x2.splat(1.0 / 5040);
        s0 = madd64(r0, s0, term);
        s1 = madd64(r1, s1, term);
        term = f64x2.splat(1.0 / 720);
        s0 = madd64(r0, s0, term);
        s1 = madd64(r1, s1, term);
        term = f64x2.splat(1.0 / 120);
        s0 = madd64(r0, s0, term);
        s1 = madd64(r1, s1, term);
        term = f64x2.splat(1.0 / 24);
        s0 = madd64(r0, s0, term);
        s1 = madd64(r1, s1, term);
        term = f64x2.splat(1.0 / 6);
        s0 = madd64(r0, s0, term);
        s1 = madd64(r1, s1, term);
        term = f64x2.splat(0.5);
        s0 = madd64(r0, s0, term);
        s1 = madd64(r1, s1, term);
        term = f64x2.splat(1);
        s0 = madd64(r0, s0, term);
        s1 = madd64(r1, s1, term);
        s0 = madd64(r0, s0, term);
        s1 = madd64(r1, s1, term);
        s0 = v128.and(halved(s0, k0), part0);
        s1 = v128.and(halved(s1, k1), part1);
      }
      sums = f64x2.add(sums, f64x2.add(s0, s1));
      s0 = f64x2.neg(s0);
      s1 = f64x2.neg(s1);
      if (left >= 2) v128.store(at, s0);
      else v128.store64_lane(at, s0, 0);
      if (left >= 4) v128.store(at, s1, 16);
      else if (left === 3) v128.store64_lane(at, s1, 0, 16);
      at += 32;
    }
  }
  store<f64>(weightSum, lanes64(sums));
  return max<f64>(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1));
}
