/** Powers of ten that float64 holds exactly. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * A float32 as text that gives it back to the bit, also the sign of zero: of at most 9 digits, and no more than needed
 * from 7 on.
 *
 * Digits are tried by multiplying and rounding, which is three times as fast as `toPrecision`; where the power of ten is
 * not exact, as for subnormal numbers, `toPrecision` it is.
 *
 * @param value - a float32, finite
 * @returns a number as JSON and CSV have it
 */
export function float32Text(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const leading = Math.floor(Math.log10(Math.abs(value)));
  for (let digits = 7; digits <= 9; digits++) {
    const power: number | undefined = POWERS[digits - 1 - leading];
    if (power === undefined) break;
    const rounded = Math.round(value * power) / power;
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(Number(value.toPrecision(9)));
}
