/**
 * Levenshtein's lower bound on the largest cosine among C points of the sphere in R^d, for any d >= 3 and C > 2d.
 *
 * V. I. Levenshtein, "Universal bounds for codes and designs", Handbook of Coding Theory (1998), ch. 6, section 5: with
 * P_k the Gegenbauer polynomials of dimension d, P_k(1) = 1, a code whose largest cosine is s has at most
 *
 *     L_(2k-1)(s) = B(k+d-3, k-1) [(2k+d-3)/(d-1) - (P_(k-1)(s) - P_k(s)) / ((1-s) P_k(s))]
 *     L_(2k)(s)   = B(k+d-2, k)   [(2k+d-1)/(d-1) - (1+s)(P_k(s) - P_(k+1)(s)) / ((1-s)(P_k(s) + P_(k+1)(s)))]
 *
 * points, B binomial. L_(2k-1) holds up to the largest zero of (P_k - P_(k+1))/(1-s) and L_(2k) from there to the largest
 * zero of P_(k+1)'; together they are one continuous, increasing function of s, which is inverted here.
 */
export function levenshteinCosine(points: number, d: number): number {
  let from = -1;
  for (let k = 1; ; k++) {
    const odd = (s: number): number => {
      const [before, at] = gegenbauer(d, k - 1, s);
      return binomial(k + d - 3, k - 1) * ((2 * k + d - 3) / (d - 1) - (before - at) / ((1 - s) * at));
    };
    const oddEnd = rootOf((s) => difference(gegenbauer(d, k, s), 1), from, 1);
    if (odd(oddEnd) >= points) return rootOf((s) => odd(s) - points, from, oddEnd);
    const even = (s: number): number => {
      const [at, after] = gegenbauer(d, k, s);
      const ratio = ((1 + s) * (at - after)) / ((1 - s) * (at + after));
      return binomial(k + d - 2, k) * ((2 * k + d - 1) / (d - 1) - ratio);
    };
    // (1 - s^2) P_(k+1)' is a positive multiple of P_k - P_(k+2).
    const evenEnd = rootOf((s) => difference(gegenbauer(d, k, s), 2), oddEnd, 1);
    if (even(evenEnd) >= points) return rootOf((s) => even(s) - points, oddEnd, evenEnd);
    from = evenEnd;
  }
}

/** P_k(s), P_(k+1)(s), P_(k+2)(s) by the three-term recurrence. */
function gegenbauer(d: number, k: number, s: number): [number, number, number] {
  const window: [number, number, number] = [1, s, 0];
  window[2] = nextGegenbauer(d, 1, s, window);
  for (let degree = 1; degree <= k; degree++) {
    const [, middle, last] = window;
    window[0] = middle;
    window[1] = last;
    window[2] = nextGegenbauer(d, degree + 1, s, window);
  }
  return window;
}

/** P_(degree+1) from P_(degree-1), P_degree in the first two places. */
function nextGegenbauer(d: number, degree: number, s: number, [before, at]: readonly number[]): number {
  return ((2 * degree + d - 2) * s * at - degree * before) / (degree + d - 2);
}

function difference(window: readonly number[], step: number): number {
  return window[0] - window[step];
}

/** The one sign change, from below to above, in (low, high); by bisection to the last bit. */
function rootOf(f: (s: number) => number, low: number, high: number): number {
  for (;;) {
    const middle = (low + high) / 2;
    if (!(middle > low && middle < high)) return low;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
}

function binomial(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result *= (n - k + i) / i;
  return result;
}
