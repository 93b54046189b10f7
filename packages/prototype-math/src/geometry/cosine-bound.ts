import { ProtoNormError } from '@protonorm/tensor';
import { levenshteinCosine } from './levenshtein.ts';

/** A lower bound on the largest pairwise cosine of C unit vectors in R^d. */
export interface CosineBound {
  /** No arrangement has a smaller largest cosine. */
  readonly cosine: number;
  /** `true`: some arrangement has exactly this one. `false`: none is known to this function; there are a few (E8). */
  readonly attained: boolean;
  /** Where the bound comes from. */
  readonly source: 'simplex' | 'rankin' | 'circle' | 'fejes-toth' | 'levenshtein' | 'pigeonhole';
}

/**
 * How far apart C directions can be in d dimensions at best: the separation that an alignment is measured by.
 *
 * - C <= d + 1: -1/(C - 1), the regular simplex, from |sum of u|^2 >= 0 (`simplex`)
 * - d + 1 < C <= 2d: 0 (`rankin`: R. A. Rankin, "The closest packing of spherical caps in n dimensions", 1955)
 * - d = 1, C > 2: 1, two of the points coincide (`pigeonhole`); d = 2: cos(2 pi / C), the regular polygon (`circle`)
 * - otherwise Levenshtein's bound, for d = 3 with that of L. Fejes Toth (1943) if it is larger; few arrangements reach
 *   it (E8 does: 240 points in R^8, 1/2)
 *
 * The Welch bound, often named beside these, bounds the largest |cosine| of lines; arrangements of points beat it (7
 * points in R^3: .21 against .47), so it is no bound here.
 *
 * @param classes - number of points C, an integer >= 2
 * @param dim - dimension d, an integer >= 1
 * @throws `invalid-argument`
 * @example
 * ```ts
 * import { cosineBound } from '@protonorm/prototype-math';
 * cosineBound(5, 512).cosine; // => -0.25
 * cosineBound(1000, 512).source; // => 'rankin'
 * cosineBound(240, 8).cosine.toFixed(6); // => '0.500000'
 * ```
 */
export function cosineBound(classes: number, dim: number): CosineBound {
  requireInteger('classes', classes, 2);
  requireInteger('dim', dim, 1);
  if (classes <= dim + 1) return { cosine: -1 / (classes - 1), attained: true, source: 'simplex' };
  if (classes <= 2 * dim) return { cosine: 0, attained: true, source: 'rankin' };
  if (dim === 1) return { cosine: 1, attained: true, source: 'pigeonhole' };
  if (dim === 2) return { cosine: Math.cos((2 * Math.PI) / classes), attained: true, source: 'circle' };
  const levenshtein = levenshteinCosine(classes, dim);
  if (dim === 3) {
    const sine = Math.sin((Math.PI * classes) / (6 * (classes - 2)));
    const fejesToth = 1 / (2 * sine * sine) - 1;
    if (fejesToth > levenshtein) return { cosine: fejesToth, attained: false, source: 'fejes-toth' };
  }
  return { cosine: levenshtein, attained: false, source: 'levenshtein' };
}

function requireInteger(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new ProtoNormError('invalid-argument', `${name} must be an integer >= ${least}, received ${value}.`, {
    received: value,
    expected: `an integer >= ${least}`,
  });
}
