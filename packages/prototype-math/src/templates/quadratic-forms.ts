import { galoisField } from './galois-field.ts';

/** Quadratic forms on GF(2)^m, vectors and values as integers: bit i of v is its coordinate i. */
export interface QuadraticForms {
  /** m. */
  readonly dimension: number;
  /** How many forms there are. */
  readonly count: number;
  /** Value 0 or 1 of one form at v, 0 <= v < 2^m. */
  value(form: number, v: number): number;
}

/**
 * A Kerdock set: 2^(m - 1) quadratic forms, m even, of which any two differ by one of full rank m.
 *
 * On GF(2^n) x GF(2), n = m - 1, form a takes (x, s) to s Tr(z) + sum over j = 1..(n - 1)/2 of Tr(z^(2^j + 1)), z = a x
 * (Kerdock 1972; MacWilliams and Sloane 1977, ch. 15 sec. 5). Its polar form is
 * Tr(z z') + Tr(z) Tr(z') + s Tr(z') + s' Tr(z). For (x, s) in the radical of the difference of a and b, the part of s'
 * gives Tr((a + b) x) = 0 and the part of x' gives (a + b) x = Tr(a x) + s; were that 1, its trace would be n, which is
 * odd. So x = 0 and s = 0.
 *
 * @param m - even, >= 2
 */
export function kerdockForms(m: number): QuadraticForms {
  const field = galoisField(m - 1);
  const { degree, size, multiply, trace } = field;
  return {
    dimension: m,
    count: size,
    value(a, v) {
      const z = multiply(a, v & (size - 1));
      let sum = (v >> degree) & trace(z);
      let conjugate = z;
      for (let j = 1; 2 * j < degree; j++) {
        conjugate = multiply(conjugate, conjugate);
        sum ^= trace(multiply(conjugate, z));
      }
      return sum;
    },
  };
}

/**
 * The Gold forms Tr(a x^3) on GF(2^m), m odd: 2^m quadratic forms, of which any two differ by one of rank m - 1
 * (Gold 1968; MacWilliams and Sloane 1977, ch. 15 sec. 4).
 *
 * @param m - odd, >= 3
 */
export function goldForms(m: number): QuadraticForms {
  const { size, multiply, trace } = galoisField(m);
  return {
    dimension: m,
    count: size,
    value: (a, x) => trace(multiply(a, multiply(x, multiply(x, x)))),
  };
}
