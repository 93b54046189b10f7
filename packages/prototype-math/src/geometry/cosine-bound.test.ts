import { expect, test } from 'vitest';
import { cosineBound } from './cosine-bound.ts';

test('simplex, Rankin, circle, line', () => {
  expect(cosineBound(2, 1)).toEqual({ cosine: -1, attained: true, source: 'simplex' });
  expect(cosineBound(513, 512)).toEqual({ cosine: -1 / 512, attained: true, source: 'simplex' });
  expect(cosineBound(514, 512)).toEqual({ cosine: 0, attained: true, source: 'rankin' });
  expect(cosineBound(1024, 512).cosine).toBe(0);
  expect(cosineBound(3, 1)).toEqual({ cosine: 1, attained: true, source: 'pigeonhole' });
  expect(cosineBound(8, 2).cosine).toBeCloseTo(Math.SQRT1_2, 14);
});

test('Levenshtein is sharp for the universally optimal codes', () => {
  // H. Cohn, A. Kumar, "Universally optimal distribution of points on spheres" (2007), Table 1
  const sharp: [points: number, dim: number, cosine: number][] = [
    [240, 8, 1 / 2],
    [56, 7, 1 / 3],
    [27, 6, 1 / 4],
    [16, 5, 1 / 5],
    [196560, 24, 1 / 2],
    [4600, 23, 1 / 3],
    [891, 22, 1 / 4],
    [552, 23, 1 / 5],
    [275, 22, 1 / 6],
    [162, 21, 1 / 7],
    [100, 22, 1 / 11],
  ];
  for (const [points, dim, cosine] of sharp) {
    expect(cosineBound(points, dim).cosine).toBeCloseTo(cosine, 12);
    expect(cosineBound(points, dim).source).toBe('levenshtein');
  }
});

test('Fejes Toth is sharp for the icosahedron, and above Levenshtein for many points', () => {
  expect(cosineBound(12, 3).cosine).toBeCloseTo(1 / Math.sqrt(5), 12);
  expect(cosineBound(1000, 3).source).toBe('fejes-toth');
});

test('known arrangements do not beat it', () => {
  // Tammes: 7, 8, 9, 24 points in space; the 24-cell and the 600-cell; mutually unbiased bases (solver.md, 2e)
  const known: [points: number, dim: number, cosine: number][] = [
    [7, 3, Math.cos((77.8695 * Math.PI) / 180)],
    [8, 3, Math.cos((74.8584 * Math.PI) / 180)],
    [9, 3, 1 / 3],
    [24, 3, Math.cos((43.6908 * Math.PI) / 180)],
    [24, 4, 1 / 2],
    [120, 4, (1 + Math.sqrt(5)) / 4],
    [288, 16, 1 / 4],
    [4224, 64, 1 / 8],
  ];
  for (const [points, dim, cosine] of known) {
    expect(cosineBound(points, dim).cosine).toBeLessThanOrEqual(cosine + 1e-12);
    expect(cosineBound(points, dim).cosine).toBeGreaterThan(cosine - 0.12);
  }
});

test('it grows with the number of points and falls with the dimension', () => {
  for (const dim of [1, 2, 3, 4, 8, 31]) {
    let last = -1;
    for (let points = 2; points < 400; points++) {
      const { cosine } = cosineBound(points, dim);
      expect(cosine).toBeGreaterThanOrEqual(last - 1e-12);
      expect(cosineBound(points, dim + 1).cosine).toBeLessThanOrEqual(cosine + 1e-12);
      last = cosine;
    }
  }
});

test('bad input', () => {
  for (const [points, dim] of [
    [1, 3],
    [2.5, 3],
    [3, 0],
    [NaN, 2],
    [3, Infinity],
  ]) {
    expect(() => cosineBound(points, dim)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  }
});
