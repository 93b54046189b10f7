import { fromWords, highWord, lowWord } from './float64-words.ts';
import { fusedMultiplyAdd as fma } from './fused-multiply-add.ts';
import { decodeTable, expTable, powLogTable } from './libm-tables.ts';

const LN2_HIGH = 0.6931471805598903; // 0x1.62e42fefa3800p-1
const LN2_LOW = 5.497923018708371e-14; // 0x1.ef35793c76730p-45
/** Scaled coefficients of log(1 + r) - r. */
const A = [
  -0.5, -0.6666666666666679, 0.5000000000000007, 0.7999999995323976, -0.6666666663487739, -1.142909628459501,
  1.0000415263675542,
];
const INV_LN2_N = 184.6649652337873; // 128 / ln 2
const NEG_LN2_HIGH_N = -0.005415212348111709;
const NEG_LN2_LOW_N = -1.2864023111638346e-14;
const ROUND = 6755399441055744; // 1.5 * 2^52: adding it rounds to an integer
/** Coefficients of exp(r) - 1 - r. */
const E = [0.49999999999996786, 0.16666666666665886, 0.0416666808410674, 0.008333335853059549];

let logTable: DataView | undefined;
let exponentials: DataView | undefined;

/**
 * x to the power y, bit for bit as glibc >= 2.28 computes it on processors with fused multiply-add.
 *
 * Algorithm and constants of ARM's optimized-routines (`math/pow.c`), order of operations as compiled by GCC for glibc.
 *
 * @param x - finite, >= 0
 * @param y - finite, 2^-65 <= |y| < 2^63; other exponents fall back to `Math.pow`
 * @example
 * ```ts
 * import { glibcPow } from '@protonorm/datasets';
 * glibcPow(0.3, 10); // => 0.0000059048999999999975
 * ```
 */
export function glibcPow(x: number, y: number): number {
  const size = Math.abs(y);
  if (!(x > 0 && x < Infinity && size >= 2.710505431213761e-20 && size < 9223372036854775808)) return x ** y;
  const [logHigh, logLow] = extendedLog(x);
  const high = y * logHigh;
  const low = fma(y, logLow, fma(logHigh, y, -high));
  return extendedExp(high, low);
}

/** log x with about 68 bits, as an unevaluated sum. */
function extendedLog(x: number): [number, number] {
  logTable ??= decodeTable(powLogTable);
  let exponentShift = 0;
  if (x < 2.2250738585072014e-308) {
    x *= 4503599627370496; // subnormal: times 2^52
    exponentShift = -52;
  }
  const bits = highWord(x);
  const fromOffset = (bits - 0x3fe69555) | 0;
  const entry = ((fromOffset >>> 13) & 127) * 24;
  const k = (fromOffset >> 20) + exponentShift;
  const z = fromWords((bits - (fromOffset & 0xfff00000)) | 0, lowWord(x)); // x = 2^k z
  const r = fma(z, logTable.getFloat64(entry, true), -1); // z / c - 1, exact
  const t1 = fma(k, LN2_HIGH, logTable.getFloat64(entry + 8, true));
  const t2 = t1 + r;
  const low1 = fma(k, LN2_LOW, logTable.getFloat64(entry + 16, true));
  const low2 = t1 - t2 + r;
  const ar = A[0] * r;
  const ar2 = r * ar;
  const ar3 = r * ar2;
  const high = t2 + ar2;
  const low3 = fma(ar, r, -ar2);
  const low4 = t2 - high + ar2;
  const p = fma(ar2, fma(fma(r, A[6], A[5]), ar2, fma(r, A[4], A[3])), fma(r, A[2], A[1]));
  const low = fma(ar3, p, low1 + low2 + low3 + low4);
  const sum = high + low;
  return [sum, high - sum + low];
}

/** exp(x + tail) rounded to float64, with overflow to infinity and gradual underflow. */
function extendedExp(x: number, tail: number): number {
  const size = Math.abs(x);
  if (size < 5.551115123125783e-17) return 1 + x; // 2^-54
  if (size >= 1024) return x > 0 ? Infinity : 0;
  exponentials ??= decodeTable(expTable);
  const shifted = fma(x, INV_LN2_N, ROUND);
  const k = lowWord(shifted); // x = k ln 2 / 128 + r
  const kd = shifted - ROUND;
  const r = tail + fma(kd, NEG_LN2_LOW_N, fma(kd, NEG_LN2_HIGH_N, x));
  const entry = (k & 127) * 16;
  const scaleHigh = (exponentials.getInt32(entry + 12, true) + (k << 13)) | 0;
  const scaleLow = exponentials.getInt32(entry + 8, true);
  const r2 = r * r;
  const p2 = fma(fma(r, E[1], E[0]), r2, r + exponentials.getFloat64(entry, true));
  const p = fma(fma(r, E[3], E[2]), r2 * r2, p2); // exp(r) - 1 with the tail of the table
  if (size < 512) {
    const scale = fromWords(scaleHigh, scaleLow);
    return fma(p, scale, scale);
  }
  if (k >= 0) {
    const scale = fromWords((scaleHigh - (1009 << 20)) | 0, scaleLow);
    return fma(scale, p, scale) * 2 ** 1009;
  }
  return underflowingProduct(fromWords((scaleHigh + (1022 << 20)) | 0, scaleLow), p);
}

/** scale * (1 + p) * 2^-1022 without double rounding when the result is subnormal. */
function underflowingProduct(scale: number, p: number): number {
  const product = scale * p;
  let y = scale + product;
  if (y < 1) {
    const low = scale - y + product;
    const high = 1 + y;
    y = high + (1 - high + y + low) - 1;
  }
  return y * 2.2250738585072014e-308;
}
