import { fromWords, highWord, lowWord } from './float64-words.ts';
import { fusedMultiplyAdd as fma } from './fused-multiply-add.ts';
import { decodeTable, logTable } from './libm-tables.ts';

const LN2_HIGH = 0.6931471805598903; // 0x1.62e42fefa3800p-1
const LN2_LOW = 5.497923018708371e-14; // 0x1.ef35793c76730p-45
/** log(1 + r) = r + r^2 (A0 + A1 r + ...) for |r| < 2^-8. */
const A = [
  -0.5000000000000001, 0.33333333331825593, -0.2499999999622955, 0.20000304511814496, -0.16667054827627667,
];
/** log(1 + r) = r + r^2 (B0 + B1 r + ...) for -2^-4 <= r < 0x1.09p-4. */
const B = [
  -0.5, 0.3333333333333352, -0.24999999999998432, 0.19999999999320328, -0.16666666669929706,
  0.14285715076560868, -0.12499997863982555, 0.11110712032936046, -0.10000486757818193, 0.09181994006195467,
  -0.08328363062289341,
];

let table: DataView | undefined;

/**
 * The natural logarithm, bit for bit as glibc >= 2.28 computes it on processors with fused multiply-add.
 *
 * `Math.log` differs from it in the last bit in 7 of 100 cases (V8), and engines differ among themselves. The reference
 * partition needs the same bits: whether a cumulative sum ends at 1 or at 1 - 2^-53 decides about one sample.
 * Algorithm and constants of ARM's optimized-routines (`math/log.c`), order of operations as compiled by GCC for glibc.
 *
 * @param x - finite, > 0
 * @example
 * ```ts
 * import { glibcLog } from '@protonorm/datasets';
 * glibcLog(10); // => 2.302585092994046
 * ```
 */
export function glibcLog(x: number): number {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x === Infinity ? Infinity : Number.NaN;
  if (x >= 0.9375 && x < 1.064697265625) return logNearOne(x);
  table ??= decodeTable(logTable);
  let exponentShift = 0;
  let scaled = x;
  if (x < 2.2250738585072014e-308) {
    scaled = x * 4503599627370496; // subnormal: times 2^52
    exponentShift = -52;
  }
  const bits = highWord(scaled);
  const fromOffset = (bits - 0x3fe60000) | 0;
  const entry = ((fromOffset >>> 13) & 127) * 16;
  const k = (fromOffset >> 20) + exponentShift;
  const z = fromWords((bits - (fromOffset & 0xfff00000)) | 0, lowWord(scaled)); // x = 2^k z
  const r = fma(z, table.getFloat64(entry, true), -1); // z / c - 1
  const w = fma(k, LN2_HIGH, table.getFloat64(entry + 8, true));
  const high = w + r;
  const low = fma(k, LN2_LOW, w - high + r);
  const r2 = r * r;
  const tail = fma(fma(r, A[4], A[3]), r2, fma(r, A[2], A[1]));
  return fma(r * r2, tail, fma(r2, A[0], low)) + high;
}

function logNearOne(x: number): number {
  if (x === 1) return 0;
  const r = x - 1;
  const r2 = r * r;
  const r3 = r * r2;
  const p7 = fma(r3, B[10], fma(r2, B[9], fma(r, B[8], B[7])));
  const p4 = fma(p7, r3, fma(r2, B[6], fma(r, B[5], B[4])));
  const p1 = fma(p4, r3, fma(r2, B[3], fma(r, B[2], B[1])));
  const rHigh = fma(-134217728, r, fma(r, 134217728, r)); // upper 26 bits of r
  const rLow = r - rHigh;
  const square = rHigh * rHigh;
  const high = fma(square, B[0], r);
  const low = fma(B[0] * rLow, r + rHigh, fma(square, B[0], r - high));
  return high + fma(p1, r3, low);
}
