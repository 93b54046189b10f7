/**
 * Levenshtein's bound: no code on the sphere of R^d whose largest cosine is s has more points than this.
 *
 * V. I. Levenshtein, "Universal bounds for codes and designs", Handbook of Coding Theory (1998), Theorem 5.42; with P_k the
 * Gegenbauer polynomials of dimension d, P_k(1) = 1. Of the two families the first holds for s up to the largest zero of
 * P_(k-1) - P_k over 1 - s, the second from there to the largest zero of the derivative of P_(k+1); together they make one
 * continuous, increasing function of s.
 *
 * @param d - dimension, an integer >= 3
 * @param s - cosine in (-1, 1)
 */
export function levenshteinSize(d: number, s: number): number {
  for (let k = 1; ; k++) {
    const p = gegenbauer(d, k + 1, s);
    if (s <= largestZero(d, k, 'odd')) {
      const ratio = (p[k - 1] - p[k]) / ((1 - s) * p[k]);
      return binomial(k + d - 3, k - 1) * ((2 * k + d - 3) / (d - 1) - ratio);
    }
    if (s <= largestZero(d, k, 'even')) {
      const ratio = ((1 + s) * (p[k] - p[k + 1])) / ((1 - s) * (p[k] + p[k + 1]));
      return binomial(k + d - 2, k) * ((2 * k + d - 1) / (d - 1) - ratio);
    }
  }
}
