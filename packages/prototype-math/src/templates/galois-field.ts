/** The field of 2^n elements: integers 0..2^n - 1, bit i the coefficient of x^i, so that addition is XOR. */
export interface GaloisField {
  /** n, the degree over GF(2). */
  readonly degree: number;
  /** 2^n. */
  readonly size: number;
  multiply(a: number, b: number): number;
  /** Tr(a) = a + a^2 + a^4 + ... + a^(2^(n - 1)), which lies in GF(2). */
  trace(a: number): number;
}

/**
 * GF(2^n) by tables of powers and logarithms to the base x (Lidl and Niederreiter, Finite Fields, 1997, ch. 10): the
 * first primitive polynomial in the order of its bits is the modulus. Memory 13 * 2^n bytes.
 *
 * @param degree - n, an integer in 1..28
 */
export function galoisField(degree: number): GaloisField {
  const size = 2 ** degree;
  const order = size - 1; // of the multiplicative group
  const powers = powersOfX(degree);
  const logarithms = new Int32Array(size);
  for (let e = 0; e < order; e++) logarithms[powers[e]] = e;
  const multiply = (a: number, b: number) => (a === 0 || b === 0 ? 0 : powers[logarithms[a] + logarithms[b]]);

  const traces = new Uint8Array(size);
  for (let i = 0; i < degree; i++) {
    let conjugate = 1 << i;
    let sum = 0;
    for (let k = 0; k < degree; k++) {
      sum ^= conjugate;
      conjugate = multiply(conjugate, conjugate);
    }
    traces[1 << i] = sum;
  }
  for (let a = 1; a < size; a++) {
    const rest = a & (a - 1);
    traces[a] = traces[rest] ^ traces[a ^ rest]; // the trace is linear
  }
  return { degree, size, multiply, trace: (a) => traces[a] };
}

/** x^0, x^1, ... modulo the first primitive polynomial; two periods, so that sums of two logarithms stay inside. */
function powersOfX(degree: number): Int32Array {
  const size = 2 ** degree;
  const powers = new Int32Array(2 * (size - 1));
  for (let modulus = size + 1; ; modulus += 2) {
    let power = 1;
    let period = 0;
    do {
      powers[period++] = power;
      power <<= 1;
      if (power >= size) power ^= modulus;
    } while (power !== 1);
    if (period < size - 1) continue; // not primitive
    powers.copyWithin(period, 0, period);
    return powers;
  }
}
