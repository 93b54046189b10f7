import { halfBits, halfValue, LARGEST_HALF } from './half.ts';
import type { PrototypePrecision } from './prototype-encoding.ts';

/** Numbers of a row as they travel. */
type StoredRow = Float32Array | Uint16Array | Int8Array;

/** How the numbers of a row travel in one precision: stored numbers and, but for float32, a scale. */
export interface RowFormat {
  readonly valueBytes: number;
  /** Bytes of a row's scale; 0 = it has none. */
  readonly scaleBytes: number;
  values(buffer: ArrayBuffer): StoredRow;
  scales(buffer: ArrayBuffer): Float32Array | Int8Array;
  /** Whether {@link quantise} can give this scale. */
  isScale(scale: number): boolean;
  /** Whether {@link quantise} can give this value. */
  isValue(value: number): boolean;
  /** @param row - finite */
  quantise(row: Float32Array, towardsZero: boolean): { readonly stored: StoredRow; readonly scale: number };
  /** @returns the numbers that are read back, exact products of values and scale where `quantise` gave them */
  restore(stored: StoredRow, scale: number): Float32Array;
}

const float32: RowFormat = {
  valueBytes: 4,
  scaleBytes: 0,
  values: (buffer) => new Float32Array(buffer),
  scales: () => new Float32Array(0),
  isScale: () => true,
  isValue: Number.isFinite,
  quantise: (row) => ({ stored: row, scale: 1 }),
  restore: (stored) => Float32Array.from(stored),
};

/** Scales are 2^e: from this one on, the smallest half is the smallest float32, and no row needs less. */
const SMALLEST_EXPONENT = -125;

/** Up to this one, the largest half is the largest float32 of 11 bits. */
const LARGEST_EXPONENT = 112;

/** The scale puts the largest magnitude into [2^15, 2^16), the last range of halves; all products are float32 numbers. */
const float16: RowFormat = {
  valueBytes: 2,
  scaleBytes: 1,
  values: (buffer) => new Uint16Array(buffer),
  scales: (buffer) => new Int8Array(buffer),
  isScale: (exponent) => exponent >= SMALLEST_EXPONENT && exponent <= LARGEST_EXPONENT,
  isValue: (half) => (half & 0x7fff) <= LARGEST_HALF,
  quantise(row, towardsZero) {
    const exponent = rowExponent(largestMagnitude(row), towardsZero);
    const up = powerOfTwo(-exponent);
    const stored = Uint16Array.from(row, (value) => {
      const scaled = value * up;
      // Only next to the largest float32 would a half be infinite.
      const half = Math.min(halfBits(Math.abs(scaled)), LARGEST_HALF);
      const nearer = towardsZero && halfValue(half) > Math.abs(scaled) ? half - 1 : half;
      return Object.is(value, -0) || value < 0 ? 0x8000 | nearer : nearer;
    });
    return { stored, scale: exponent };
  },
  restore(stored, exponent) {
    const scale = powerOfTwo(exponent);
    return Float32Array.from(stored, (half) => halfValue(half) * scale);
  },
};

/** Below, products of 7 bits and a scale of 17 bits would leave the grid of float32. */
const SMALLEST_SCALE = 2 ** -133;

/** The largest magnitude becomes 127 times the scale; all products are float32 numbers. */
const int8: RowFormat = {
  valueBytes: 1,
  scaleBytes: 4,
  values: (buffer) => new Int8Array(buffer),
  scales: (buffer) => new Float32Array(buffer),
  isScale: (scale) => scale >= SMALLEST_SCALE && Number.isFinite(scale),
  isValue: (value) => value >= -127,
  quantise(row, towardsZero) {
    const scale = Math.max(truncated(largestMagnitude(row) / 127), SMALLEST_SCALE);
    const round = towardsZero ? Math.floor : Math.round;
    const stored = Int8Array.from(row, (value) => Math.sign(value) * round(Math.abs(value) / scale));
    return { stored, scale };
  },
  restore: (stored, scale) => Float32Array.from(stored, (value) => value * scale),
};

/** The format of each precision. */
export const rowFormats: Readonly<Record<PrototypePrecision, RowFormat>> = { float32, float16, int8 };

function largestMagnitude(row: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < row.length; i++) largest = Math.max(largest, Math.abs(row[i]));
  return largest;
}

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/** The exponent of a row by its largest magnitude as a half will have it, so that a row read back keeps it. */
function rowExponent(largest: number, towardsZero: boolean): number {
  single[0] = largest;
  const word = singleBits[0];
  const rounded = towardsZero ? word : word + 0xfff + ((word >>> 13) & 1);
  const exponent = (rounded >>> 23) - 127 - 15;
  return Math.min(Math.max(exponent, SMALLEST_EXPONENT), LARGEST_EXPONENT);
}

/** 2^e for e in [-126, 127], by its bits: `**` need not be exact. */
function powerOfTwo(exponent: number): number {
  singleBits[0] = (exponent + 127) << 23;
  return single[0];
}

const double = new Float64Array(1);
const doubleBits = new Uint32Array(double.buffer);
/** Where the sign and exponent of a double lie: behind on little-endian machines. */
const HIGH = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** A positive number cut to 17 significant bits, which leaves 7 of 24 for the values. */
function truncated(value: number): number {
  double[0] = value;
  doubleBits[HIGH] &= ~0xf; // 16 of its 20 bits of the fraction stay, and 1 is hidden
  doubleBits[1 - HIGH] = 0;
  return double[0];
}
