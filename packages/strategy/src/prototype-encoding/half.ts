/** Two views of one float32, to get at its bits. */
const number = new Float32Array(1);
const bits = new Uint32Array(number.buffer);

/** The largest finite half, 65504, as bits. */
export const LARGEST_HALF = 0x7bff;

/**
 * The bits of the IEEE 754 half nearest to a float32; of two that are as near, the even one.
 *
 * Written out, because `Float16Array` is missing in Node 22 and in browsers from before 2025.
 */
export function halfBits(value: number): number {
  number[0] = value;
  const sign = (bits[0] >>> 16) & 0x8000;
  const magnitude = bits[0] & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65520, half-way behind the largest, and above: infinity
  if (magnitude >= 0x38800000) {
    // From 2^-14 on: 13 bits of the fraction go, the exponent's bias falls from 127 to 15.
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  }
  // Below, halves are multiples of 2^-24, as float32 is in [0.5, 1): the addition rounds, and to even.
  number[0] = Math.abs(number[0]) + 0.5;
  return sign | (bits[0] - 0x3f000000);
}

/** The value of a half. */
export function halfValue(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  bits[0] = ((half & 0x8000) << 16) | ((exponent + 112) << 23) | (fraction << 13);
  return number[0];
}
