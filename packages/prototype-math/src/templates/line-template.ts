import { goldForms, kerdockForms } from './quadratic-forms.ts';

/** In 2 dimensions the Gold forms are linear, so all of them give one and the same basis. */
export const LEAST_TEMPLATE_DIMENSION = 4;

/**
 * Unit vectors in the shape of orthonormal bases, each vector with both signs; no two different lines meet at a cosine
 * above `maxCosine`.
 *
 * Codewords are numbered (basis * dim + shift) * 2 + (1 for the negative one).
 */
export interface LineTemplate {
  /** A power of two >= 4. */
  readonly dim: number;
  /** Number of bases. */
  readonly bases: number;
  /** Number of codewords, 2 * dim * bases. */
  readonly points: number;
  /** Largest cosine of two codewords of different bases, exact; within a basis it is 0 (and -1). */
  readonly maxCosine: number;
  /**
   * Signs that take a basis to the Walsh functions, shape [dim] of 1 and -1, a new array: entry v of codeword `shift` is
   * chirp[v] (-1)^<shift, v> / sqrt(dim). `undefined` for the standard basis.
   */
  chirp(basis: number): Int8Array | undefined;
}

/**
 * The template of the largest dimension up to d.
 *
 * - dim = 4^k: the Kerdock code as real mutually unbiased bases, the standard basis and one for each of dim/2 Kerdock
 *   forms: dim (dim + 2) points, cosine 1/sqrt(dim), the most bases there are (Calderbank, Cameron, Kantor and Seidel
 *   1997). dim = 4 is the 24-cell.
 * - dim = 2^m, m odd: one basis for each of dim Gold forms, 2 dim^2 points, cosine sqrt(2/dim).
 *
 * @param d - an integer >= 1; below 4 the answer is `undefined`
 */
export function largestTemplate(d: number): LineTemplate | undefined {
  if (d < LEAST_TEMPLATE_DIMENSION) return undefined;
  const m = 31 - Math.clz32(d);
  const dim = 2 ** m;
  const isKerdock = m % 2 === 0;
  const forms = isKerdock ? kerdockForms(m) : goldForms(m);
  const standardBases = isKerdock ? 1 : 0;
  const bases = forms.count + standardBases;
  return {
    dim,
    bases,
    points: 2 * dim * bases,
    maxCosine: 2 ** (Math.ceil(m / 2) - m),
    chirp(basis) {
      if (basis < standardBases) return undefined;
      return Int8Array.from({ length: dim }, (_, v) => 1 - 2 * forms.value(basis - standardBases, v));
    },
  };
}
