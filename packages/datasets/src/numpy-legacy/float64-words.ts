const float = new Float64Array(1);
const words = new Int32Array(float.buffer);
float[0] = 1; // its upper word is 0x3ff00000: tells the byte order of the machine
const [LOW, HIGH] = words[1] === 0 ? [1, 0] : [0, 1];

/** The upper 32 bits of a float64 (sign, exponent, 20 bits of the mantissa) as int32. */
export function highWord(value: number): number {
  float[0] = value;
  return words[HIGH];
}

/** The lower 32 bits of a float64 as int32. */
export function lowWord(value: number): number {
  float[0] = value;
  return words[LOW];
}

/** The float64 with the given upper and lower 32 bits. */
export function fromWords(high: number, low: number): number {
  words[HIGH] = high;
  words[LOW] = low;
  return float[0];
}
