import { expect, test } from 'vitest';
import { goldForms, kerdockForms, type QuadraticForms } from './quadratic-forms.ts';

/** Rank of the polar form Q(u + v) + Q(u) + Q(v) of the difference of two forms, by elimination over GF(2). */
function rankOfDifference({ dimension: m, value }: QuadraticForms, a: number, b: number): number {
  const q = (v: number) => value(a, v) ^ value(b, v);
  const rows = Array.from({ length: m }, (_, i) => {
    let row = 0;
    for (let j = 0; j < m; j++) row |= (q((1 << i) ^ (1 << j)) ^ q(1 << i) ^ q(1 << j) ^ q(0)) << j;
    return row;
  });
  let rank = 0;
  for (let column = 0; column < m; column++) {
    const pivot = rows.findIndex((row, i) => i >= rank && ((row >> column) & 1) === 1);
    if (pivot < 0) continue;
    [rows[rank], rows[pivot]] = [rows[pivot], rows[rank]];
    for (let i = 0; i < m; i++) if (i !== rank && ((rows[i] >> column) & 1) === 1) rows[i] ^= rows[rank];
    rank++;
  }
  return rank;
}

test.each([2, 4, 6])('Kerdock forms on GF(2)^%i: 2^(m - 1), all differences of full rank', (m) => {
  const forms = kerdockForms(m);
  expect(forms.count).toBe(2 ** (m - 1));
  for (let a = 0; a < forms.count; a++)
    for (let b = 0; b < a; b++) expect(rankOfDifference(forms, a, b)).toBe(m);
});

test.each([3, 5])('Gold forms on GF(2)^%i: 2^m, all differences of rank m - 1', (m) => {
  const forms = goldForms(m);
  expect(forms.count).toBe(2 ** m);
  for (let a = 0; a < forms.count; a++)
    for (let b = 0; b < a; b++) expect(rankOfDifference(forms, a, b)).toBe(m - 1);
});

test('they are quadratic: the polar form is linear in each argument', () => {
  for (const forms of [kerdockForms(6), goldForms(5)]) {
    const size = 2 ** forms.dimension;
    const polar = (a: number, u: number, v: number) =>
      forms.value(a, u ^ v) ^ forms.value(a, u) ^ forms.value(a, v);
    let failures = 0;
    for (let a = 0; a < forms.count; a += 3)
      for (let u = 0; u < size; u += 5)
        for (let v = 0; v < size; v++)
          for (let w = 1; w < size; w *= 2)
            if (polar(a, u, v ^ w) !== (polar(a, u, v) ^ polar(a, u, w))) failures++;
    expect(failures).toBe(0);
  }
});
