/**
 * Makes the function from real numbers to the squared magnitudes of their discrete Fourier transform, for frequencies
 * 0..n/2.
 *
 * Plain radix-2 Cooley-Tukey (Math. Comp. 19, 1965) in float64.
 *
 * @param n - length of the signals, a power of two
 * @returns takes length n, gives length n / 2 + 1
 */
export function powerSpectrum(n: number): (signal: Float64Array) => Float64Array {
  const cosines = Float64Array.from({ length: n / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / n));
  const sines = Float64Array.from({ length: n / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / n));
  const bits = Math.log2(n);
  const reversed = Int32Array.from({ length: n }, (_, i) => {
    let mirror = 0;
    for (let bit = 0; bit < bits; bit++) mirror |= ((i >> bit) & 1) << (bits - 1 - bit);
    return mirror;
  });
  return (signal) => {
    const real = new Float64Array(n);
    for (let i = 0; i < n; i++) real[i] = signal[reversed[i]];
    const imaginary = new Float64Array(n);
    for (let half = 1; half < n; half *= 2) {
      for (let k = 0; k < half; k++) {
        const turn = (k * n) / (2 * half);
        const [cos, sin] = [cosines[turn], sines[turn]];
        for (let even = k; even < n; even += 2 * half) {
          const odd = even + half;
          const turnedReal = real[odd] * cos - imaginary[odd] * sin;
          const turnedImaginary = real[odd] * sin + imaginary[odd] * cos;
          real[odd] = real[even] - turnedReal;
          imaginary[odd] = imaginary[even] - turnedImaginary;
          real[even] += turnedReal;
          imaginary[even] += turnedImaginary;
        }
      }
    }
    const power = new Float64Array(n / 2 + 1);
    for (let k = 0; k < power.length; k++) power[k] = real[k] * real[k] + imaginary[k] * imaginary[k];
    return power;
  };
}
