import type { LineTemplate } from './line-template.ts';
import { walshHadamard } from './walsh-hadamard.ts';

/** A codeword by its place in a template. */
export interface CodewordPlace {
  readonly basis: number;
  readonly shift: number;
  /** 1 or -1. */
  readonly sign: number;
}

/** The number of the codeword of a basis with shift and sign. */
export function codewordNumber(dim: number, { basis, shift, sign }: CodewordPlace): number {
  return (basis * dim + shift) * 2 + (sign < 0 ? 1 : 0);
}

/** The place of a codeword by its number. */
export function codewordPlace(dim: number, number: number): CodewordPlace {
  const line = Math.floor(number / 2);
  return { basis: Math.floor(line / dim), shift: line % dim, sign: number % 2 === 0 ? 1 : -1 };
}

/**
 * sqrt(dim) times the inner products of a vector with the positive codewords of one basis, in the order of their shifts:
 * exact decoding of a coset of the first-order Reed-Muller code by the fast Walsh-Hadamard transform (Green 1966;
 * MacWilliams and Sloane 1977, ch. 14 sec. 3).
 *
 * @param chirp - of the basis, `undefined` for the standard one
 * @param vector - at `offset` of `data`, as long as `out`
 * @param out - shape [dim], overwritten
 */
export function scoreBasis(
  chirp: Int8Array | undefined,
  { data, offset }: { readonly data: Float64Array; readonly offset: number },
  out: Float64Array,
): void {
  if (chirp === undefined) {
    const scale = Math.sqrt(out.length);
    for (let v = 0; v < out.length; v++) out[v] = scale * data[offset + v];
    return;
  }
  for (let v = 0; v < out.length; v++) out[v] = chirp[v] * data[offset + v];
  walshHadamard(out);
}

/** Writes a codeword of a template, a unit vector of shape [dim]. */
export function writeCodeword(template: LineTemplate, number: number, out: Float64Array): void {
  const { basis, shift, sign } = codewordPlace(template.dim, number);
  const chirp = template.chirp(basis);
  out.fill(0);
  if (chirp === undefined) {
    out[shift] = sign;
    return;
  }
  out[shift] = 1;
  walshHadamard(out); // the Walsh function of this shift
  const size = sign / Math.sqrt(template.dim);
  for (let v = 0; v < out.length; v++) out[v] *= size * chirp[v];
}
