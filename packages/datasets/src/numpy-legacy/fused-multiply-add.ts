import { fromWords, highWord, lowWord } from './float64-words.ts';

/**
 * a * b + c with one rounding, as the `vfmadd` instruction of processors does.
 *
 * S. Boldo, G. Melquiond, "Emulation of a FMA and correctly rounded sums: proved algorithms using rounding to odd",
 * IEEE Trans. Computers 57(4), 2008, Fig. 5. Exact for finite values whose product and rounding errors neither
 * overflow nor underflow (products between 2^-969 and 2^1000), which holds for all uses in this folder.
 */
export function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const product = a * b;
  const productError = multiplyError(a, b, product);
  const low = c + productError;
  const lowError = addError(c, productError, low);
  const high = product + low;
  const highError = addError(product, low, high);
  return high + addToOdd(lowError, highError);
}

/** The exact value of a * b - product (Dekker). */
function multiplyError(a: number, b: number, product: number): number {
  const splitA = 134217729 * a; // 2^27 + 1
  const highA = splitA - (splitA - a);
  const lowA = a - highA;
  const splitB = 134217729 * b;
  const highB = splitB - (splitB - b);
  const lowB = b - highB;
  return highA * highB - product + highA * lowB + lowA * highB + lowA * lowB;
}

/** The exact value of a + b - sum (Knuth). */
function addError(a: number, b: number, sum: number): number {
  const partOfB = sum - a;
  return a - (sum - partOfB) + (b - partOfB);
}

/** a + b rounded to odd: when inexact, the neighbour with an odd last bit, so that a later rounding is still right. */
function addToOdd(a: number, b: number): number {
  const sum = a + b;
  const error = addError(a, b, sum);
  if (error === 0) return sum;
  const low = lowWord(sum);
  if (low & 1) return sum;
  if (error > 0 === sum > 0) return fromWords(highWord(sum), low | 1);
  return low === 0 ? fromWords(highWord(sum) - 1, -1) : fromWords(highWord(sum), low - 1);
}
