/**
 * The Walsh-Hadamard transform in place: x[b] becomes the sum over v of (-1)^<b, v> x[v], with <b, v> the parity of b & v
 * (natural order, not scaled: twice is n times the input). n log2 n additions; two levels of butterflies a sweep, which
 * halves the loads and stores.
 *
 * @param x - shape [n], n a power of two
 */
export function walshHadamard(x: Float64Array): void {
  const n = x.length;
  const oddLevels = (31 - Math.clz32(n)) % 2 === 1;
  if (oddLevels) {
    for (let i = 0; i < n; i += 2) {
      const a = x[i];
      const b = x[i + 1];
      x[i] = a + b;
      x[i + 1] = a - b;
    }
  }
  for (let h = oddLevels ? 2 : 1; h < n; h *= 4) {
    for (let i = 0; i < n; i += 4 * h) {
      for (let j = i; j < i + h; j++) {
        const a = x[j];
        const b = x[j + h];
        const c = x[j + 2 * h];
        const d = x[j + 3 * h];
        const sum = a + b;
        const difference = a - b;
        const upperSum = c + d;
        const upperDifference = c - d;
        x[j] = sum + upperSum;
        x[j + h] = difference + upperDifference;
        x[j + 2 * h] = sum - upperSum;
        x[j + 3 * h] = difference - upperDifference;
      }
    }
  }
}
