import { createRng } from '@protonorm/tensor';
import { describe, expect, test } from 'vitest';
import { delsarteGoethalsForms, goldForms, kerdockForms, type QuadraticForms } from './quadratic-forms.ts';

/**
 * The polar forms Q(u + v) + Q(u) + Q(v) of the numbered forms as matrices: row i as an integer whose bit j is the value at
 * the unit vectors i and j. That of a difference is the XOR.
 */
function polarForms({ dimension: m, value }: QuadraticForms, numbers: readonly number[]): number[][] {
  return numbers.map((form) => {
    const q = (v: number) => value(form, v);
    return Array.from({ length: m }, (_, i) => {
      let row = 0;
      for (let j = 0; j < m; j++) row |= (q((1 << i) ^ (1 << j)) ^ q(1 << i) ^ q(1 << j) ^ q(0)) << j;
      return row;
    });
  });
}

/** Rank over GF(2) of the difference of two matrices, by elimination. */
function rankOfDifference(a: readonly number[], b: readonly number[]): number {
  const rows = a.map((row, i) => row ^ b[i]);
  let rank = 0;
  for (let i = 0; i < rows.length; i++) {
    const pivot = rows[i];
    if (pivot === 0) continue;
    rank++;
    const lowest = pivot & -pivot;
    for (let k = i + 1; k < rows.length; k++) if ((rows[k] & lowest) !== 0) rows[k] ^= pivot;
  }
  return rank;
}

/** Least rank of a difference of two of the numbered forms. */
function leastRank(forms: QuadraticForms, numbers: readonly number[]): number {
  const matrices = polarForms(forms, numbers);
  let least = Infinity;
  for (let i = 0; i < matrices.length; i++)
    for (let j = 0; j < i; j++) least = Math.min(least, rankOfDifference(matrices[i], matrices[j]));
  return least;
}

const all = (forms: QuadraticForms) => Array.from({ length: forms.count }, (_, form) => form);

/** Different forms, drawn. */
function sample(forms: QuadraticForms, size: number): number[] {
  const rng = createRng(forms.count);
  const numbers = new Set<number>();
  while (numbers.size < size) numbers.add(rng.integer(forms.count));
  return [...numbers];
}

test.each([2, 4, 6])('Kerdock forms on GF(2)^%i: 2^(m - 1), all differences of full rank', (m) => {
  const forms = kerdockForms(m);
  expect(forms.count).toBe(2 ** (m - 1));
  expect(leastRank(forms, all(forms))).toBe(m);
});

test.each([3, 5])('Gold forms on GF(2)^%i: 2^m, all differences of rank m - 1', (m) => {
  const forms = goldForms(m);
  expect(forms.count).toBe(2 ** m);
  expect(leastRank(forms, all(forms))).toBe(m - 1);
});

describe('sums of Gold forms: 2^(m t), differences of rank m + 1 - 2 t at least', () => {
  test.each([
    [5, 2],
    [7, 1],
  ])('GF(2)^%i, t = %i: all differences', (m, terms) => {
    const forms = goldForms(m, terms);
    expect(forms.count).toBe(2 ** (m * terms));
    expect(leastRank(forms, all(forms))).toBe(m + 1 - 2 * terms);
  });

  test.each([
    [7, 2],
    [7, 3],
    [9, 2],
    [11, 2],
  ])('GF(2)^%i, t = %i: differences of drawn forms', (m, terms) => {
    const forms = goldForms(m, terms);
    expect(forms.count).toBe(2 ** (m * terms));
    expect(leastRank(forms, sample(forms, 600))).toBe(m + 1 - 2 * terms);
  });

  test('of one term they begin those of two', () => {
    const [one, two] = [goldForms(7, 1), goldForms(7, 2)];
    for (const form of [0, 1, 50, 127])
      for (let v = 0; v < 128; v++) expect(two.value(form, v)).toBe(one.value(form, v));
  });
});

describe('Delsarte-Goethals forms: 2^((m - 1) (r + 1)), differences of rank m - 2 r at least', () => {
  test.each([
    [4, 1],
    [6, 1],
  ])('GF(2)^%i, r = %i: all differences', (m, r) => {
    const forms = delsarteGoethalsForms(m, r);
    expect(forms.count).toBe(2 ** ((m - 1) * (r + 1)));
    expect(leastRank(forms, all(forms))).toBe(m - 2 * r);
  });

  test.each([
    [6, 2],
    [8, 1],
    [8, 2],
    [8, 3],
    [10, 1],
    [10, 2],
  ])('GF(2)^%i, r = %i: differences of drawn forms', (m, r) => {
    const forms = delsarteGoethalsForms(m, r);
    expect(forms.count).toBe(2 ** ((m - 1) * (r + 1)));
    expect(leastRank(forms, sample(forms, 600))).toBe(m - 2 * r);
  });

  test('the first are the Kerdock forms', () => {
    for (const r of [0, 1, 2]) {
      const [set, kerdock] = [delsarteGoethalsForms(6, r), kerdockForms(6)];
      for (let form = 0; form < kerdock.count; form++)
        for (let v = 0; v < 64; v++) expect(set.value(form, v)).toBe(kerdock.value(form, v));
    }
  });

  test('r = m / 2 - 1: every alternating bilinear form once', () => {
    const forms = delsarteGoethalsForms(6, 2);
    expect(new Set(polarForms(forms, all(forms)).map((rows) => rows.join())).size).toBe(2 ** 15);
  });
});

test('they are quadratic: the polar form is linear in each argument', () => {
  for (const forms of [kerdockForms(6), goldForms(5), goldForms(5, 2), delsarteGoethalsForms(6, 1)]) {
    const size = 2 ** forms.dimension;
    const polar = (a: number, u: number, v: number) =>
      forms.value(a, u ^ v) ^ forms.value(a, u) ^ forms.value(a, v);
    let failures = 0;
    for (let a = 0; a < forms.count; a += Math.ceil(forms.count / 12))
      for (let u = 0; u < size; u += 5)
        for (let v = 0; v < size; v++)
          for (let w = 1; w < size; w *= 2)
            if (polar(a, u, v ^ w) !== (polar(a, u, v) ^ polar(a, u, w))) failures++;
    expect(failures).toBe(0);
  }
});
