import { delsarteGoethalsForms, goldForms } from './quadratic-forms.ts';

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
 * The template of the largest dimension up to d, with the smallest largest cosine that leaves room for `count` points; if
 * none does, the one with most points.
 *
 * In each dimension there is one for every r = 0, 1, ..., whose bases belong to quadratic forms and whose cosine doubles
 * with r, up to 1/2:
 *
 * - dim = 2^m = 4^k: the standard basis and one for each of 2^((m - 1) (r + 1)) Delsarte-Goethals forms, cosine
 *   2^r / sqrt(dim). r = 0 is the Kerdock code as real mutually unbiased bases, dim (dim + 2) points, the most there are at
 *   that cosine (Calderbank, Cameron, Kantor and Seidel 1997); dim = 4 is the 24-cell. dim = 64 has 4,224 points with 1/8,
 *   131,200 with 1/4 and 4,194,432 with 1/2.
 * - dim = 2^m, m odd: one basis for each of dim^(r + 1) sums of Gold forms, 2 dim^(r + 2) points, cosine
 *   2^r sqrt(2 / dim). dim = 128 has 32,768 points with 1/8 and 4,194,304 with 1/4.
 *
 * @param d - an integer >= 1; below 4 the answer is `undefined`
 * @param count - points that are needed
 */
export function largestTemplate(d: number, count = 1): LineTemplate | undefined {
  if (d < LEAST_TEMPLATE_DIMENSION) return undefined;
  const m = 31 - Math.clz32(d);
  const last = Math.floor(m / 2) - 1;
  let template = templateOf(m, 0);
  for (let r = 1; r <= last && template.points < count; r++) template = templateOf(m, r);
  return template;
}

function templateOf(m: number, r: number): LineTemplate {
  const dim = 2 ** m;
  const isEven = m % 2 === 0;
  const forms = isEven ? delsarteGoethalsForms(m, r) : goldForms(m, r + 1);
  const standardBases = isEven ? 1 : 0;
  const bases = forms.count + standardBases;
  return {
    dim,
    bases,
    points: 2 * dim * bases,
    maxCosine: 2 ** (Math.ceil(m / 2) - m + r),
    chirp(basis) {
      if (basis < standardBases) return undefined;
      return Int8Array.from({ length: dim }, (_, v) => 1 - 2 * forms.value(basis - standardBases, v));
    },
  };
}
