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
 * Sums of Gold forms, Tr(a_1 x^3 + a_2 x^5 + ... + a_t x^(2^t + 1)) on GF(2^m), m odd: 2^(m t) quadratic forms, of which
 * any two differ by one of rank m + 1 - 2 t at least (Gold 1968; Delsarte and Goethals 1975; MacWilliams and Sloane 1977,
 * ch. 15 secs. 4 and 5). The digits of a form's number to the base 2^m are a_1, a_2, ...
 *
 * The difference of two is a third, and its radical holds the x with sum over j of a_j x^(2^j) + (a_j x)^(2^-j) = 0: to the
 * power 2^t a polynomial of degree 4^t at most. So the radical has 2 t dimensions at most, and an odd number of them, as
 * ranks are even.
 *
 * @param m - odd
 * @param terms - t, at most (m - 1) / 2; 0 = only the form 0
 */
export function goldForms(m: number, terms = 1): QuadraticForms {
  const { size, multiply, trace } = galoisField(m);
  return {
    dimension: m,
    count: size ** terms,
    value(form, x) {
      let sum = 0;
      let conjugate = x;
      for (let digits = form; digits > 0; digits = Math.floor(digits / size)) {
        conjugate = multiply(conjugate, conjugate);
        sum ^= multiply(digits % size, multiply(conjugate, x));
      }
      return trace(sum);
    },
  };
}

/**
 * A Delsarte-Goethals set: 2^((m - 1) (r + 1)) quadratic forms, m even, of which any two differ by one of rank m - 2 r at
 * least (Delsarte and Goethals 1975; MacWilliams and Sloane 1977, ch. 15 sec. 5; as sums of a Z4-linear code Hammons,
 * Kumar, Calderbank, Sloane and Sole 1994, sec. VI). The first 2^(m - 1) are the Kerdock set, which is all of it for
 * r = 0; r = m / 2 - 1 gives every alternating bilinear form once.
 *
 * On GF(2^n) x GF(2), n = m - 1, these are the sums of a Kerdock form of (x, s) and r Gold forms of x. For (x, s) in the
 * radical of a difference the part of s' gives, as in {@link kerdockForms}, Tr(a x) = Tr(b x) = t, and the part of x' gives
 * (a + b)^2 x + L(x) = (a + b) (s + t) with L as in {@link goldForms}: for each s + t a polynomial of degree 4^r at most to
 * the power 2^r. So the radical has 2 * 4^r elements at most, and an even number of dimensions.
 *
 * @param m - even, >= 2
 * @param r - an integer in 0..m / 2 - 1
 */
export function delsarteGoethalsForms(m: number, r: number): QuadraticForms {
  const kerdock = kerdockForms(m);
  const gold = goldForms(m - 1, r);
  const size = kerdock.count;
  return {
    dimension: m,
    count: size * gold.count,
    value: (form, v) => kerdock.value(form % size, v) ^ gold.value(Math.floor(form / size), v & (size - 1)),
  };
}
