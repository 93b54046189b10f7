const scratch = new DataView(new ArrayBuffer(8));

/** The upper 32 bits of a float64 (sign, exponent, 20 bits of the mantissa) as int32. */
export function highWord(value: number): number {
  scratch.setFloat64(0, value);
  return scratch.getInt32(0);
}

/** The lower 32 bits of a float64 as int32. */
export function lowWord(value: number): number {
  scratch.setFloat64(0, value);
  return scratch.getInt32(4);
}

/** The float64 with the given upper and lower 32 bits. */
export function fromWords(high: number, low: number): number {
  scratch.setInt32(0, high);
  scratch.setInt32(4, low);
  return scratch.getFloat64(0);
}
