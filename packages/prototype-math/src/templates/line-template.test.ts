import { createRng } from '@protonorm/tensor';
import { describe, expect, test } from 'vitest';
import { wholeMatrix } from '../linear-algebra/block.ts';
import { forEachGramTile } from '../linear-algebra/gram-tiles.ts';
import { writeCodeword } from './codewords.ts';
import { largestTemplate, type LineTemplate } from './line-template.ts';
import { walshHadamard } from './walsh-hadamard.ts';

/** The named codewords as rows of a matrix. */
function codewords(template: LineTemplate, numbers: readonly number[]) {
  const { dim } = template;
  const rows = new Float64Array(numbers.length * dim);
  numbers.forEach((number, row) =>
    writeCodeword(template, number, rows.subarray(row * dim, (row + 1) * dim)),
  );
  return wholeMatrix(rows, numbers.length, dim);
}

/** The largest cosine of two different rows, and how far their norms are from 1. */
function measure(template: LineTemplate, numbers: readonly number[]) {
  let maxCosine = -1;
  let normError = 0;
  forEachGramTile(codewords(template, numbers), ({ rowFrom, colFrom, values }) => {
    for (let i = 0; i < values.rows; i++) {
      for (let j = 0; j < values.cols; j++) {
        const product = values.data[i * values.stride + j];
        if (rowFrom + i === colFrom + j) normError = Math.max(normError, Math.abs(product - 1));
        else maxCosine = Math.max(maxCosine, product);
      }
    }
  });
  return { maxCosine, normError };
}

/**
 * The largest cosine of a codeword of one basis and a codeword of another, both with a chirp: the product of two Walsh
 * functions is a third, so one transform of the product of the chirps has all of them.
 */
function crossCosine(a: Int8Array, b: Int8Array, work: Float64Array): number {
  for (let v = 0; v < work.length; v++) work[v] = a[v] * b[v];
  walshHadamard(work);
  let most = 0;
  for (const product of work) most = Math.max(most, Math.abs(product));
  return most / work.length;
}

/** The pair of the named bases that comes closest. */
function closestBases(template: LineTemplate, bases: readonly number[]) {
  const chirps = bases.map((basis) => template.chirp(basis)!);
  const work = new Float64Array(template.dim);
  let closest = { maxCosine: -1, pair: [-1, -1] };
  chirps.forEach((a, i) => {
    for (let j = 0; j < i; j++) {
      const maxCosine = crossCosine(a, chirps[j], work);
      if (maxCosine > closest.maxCosine) closest = { maxCosine, pair: [bases[i], bases[j]] };
    }
  });
  return closest;
}

const all = (count: number) => Array.from({ length: count }, (_, number) => number);

const table: [dim: number, points: number, maxCosine: number][] = [
  [4, 24, 0.5],
  [8, 128, 0.5],
  [16, 288, 0.25],
  [32, 2048, 0.25],
  [64, 4224, 0.125],
  [128, 32_768, 0.125],
  [256, 66_048, 0.0625],
  [512, 524_288, 0.0625],
  [1024, 1_050_624, 0.03125],
];

test.each(table)('d = %i: %i points with cosines up to %f', (dim, points, maxCosine) => {
  expect(largestTemplate(dim)).toMatchObject({ dim, points, maxCosine });
});

test.each([4, 8, 16, 32])('d = %i: all pairs', (dim) => {
  const template = largestTemplate(dim)!;
  const { maxCosine, normError } = measure(template, all(template.points));
  expect(maxCosine).toBeCloseTo(template.maxCosine, 14);
  expect(normError).toBeLessThan(1e-14);
});

test.each([64, 128, 256, 512, 1024])('d = %i: all pairs of drawn codewords', (dim) => {
  const template = largestTemplate(dim)!;
  const rng = createRng(dim);
  const numbers = new Set(all(30)); // one basis among them
  while (numbers.size < 330) numbers.add(rng.integer(template.points));
  const { maxCosine, normError } = measure(template, [...numbers]);
  expect(maxCosine).toBeCloseTo(template.maxCosine, 14);
  expect(normError).toBeLessThan(1e-14);
});

test.each([4, 8, 16, 32, 64])('d = %i: all codewords differ', (dim) => {
  const template = largestTemplate(dim)!;
  const rows = codewords(template, all(template.points));
  const texts = all(template.points).map((row) => rows.data.subarray(row * dim, (row + 1) * dim).join());
  expect(new Set(texts).size).toBe(template.points);
});

describe('more points than the template of the smallest cosine has', () => {
  test.each([
    [16, 288, 288, 0.25],
    [16, 289, 2080, 0.5],
    [32, 2049, 65_536, 0.5],
    [64, 4225, 131_200, 0.25],
    [64, 131_200, 131_200, 0.25],
    [64, 131_201, 4_194_432, 0.5],
    [100, 100_000, 131_200, 0.25],
    [128, 32_769, 4_194_304, 0.25],
    [256, 100_000, 2 ** 23 + 512, 0.125],
    [512, 600_000, 2 ** 28, 0.125],
  ])('d = %i, %i classes: %i points with cosines up to %f', (d, count, points, maxCosine) => {
    expect(largestTemplate(d, count)).toMatchObject({ points, maxCosine });
  });

  test.each([
    [4, 24],
    [8, 128],
    [16, 2080],
    [32, 65_536],
    [64, 4_194_432],
  ])('d = %i: %i at most', (d, points) => {
    expect(largestTemplate(d, Infinity)).toMatchObject({ dim: d, points });
  });

  test('d = 16: all pairs', () => {
    const template = largestTemplate(16, 2080)!;
    const { maxCosine, normError } = measure(template, all(2080));
    expect(maxCosine).toBe(0.5);
    expect(normError).toBe(0);
  });

  test('d = 64: all pairs of all 131,200 points, by their bases', () => {
    const template = largestTemplate(64, 131_200)!;
    const bases = all(template.bases).slice(1); // the standard one meets all the others at 1/8
    expect(closestBases(template, bases).maxCosine).toBe(0.25);
  });

  test.each([
    [32, 2049],
    [64, 131_201],
    [128, 32_769],
    [256, 100_000],
  ])('d = %i, %i classes: the closest of 200 drawn bases, and drawn codewords', (dim, count) => {
    const template = largestTemplate(dim, count)!;
    const rng = createRng(dim);
    const bases = new Set<number>();
    while (bases.size < 200) bases.add(1 + rng.integer(template.bases - 1));
    const closest = closestBases(template, [...bases]);
    expect(closest.maxCosine).toBe(template.maxCosine);

    const numbers = new Set(closest.pair.flatMap((basis) => all(2 * dim).map((k) => 2 * dim * basis + k)));
    for (const basis of bases) numbers.add(2 * dim * basis + rng.integer(2 * dim));
    for (let k = 0; k < 20; k++) numbers.add(rng.integer(2 * dim)); // of the first basis
    const { maxCosine, normError } = measure(template, [...numbers]);
    expect(maxCosine).toBeCloseTo(template.maxCosine, 14);
    expect(normError).toBeLessThan(1e-14);
  });
});

describe('the dimension', () => {
  test('is the largest power of two up to d', () => {
    for (const [d, dim] of [
      [4, 4],
      [7, 4],
      [15, 8],
      [100, 64],
      [511, 256],
      [768, 512],
    ])
      expect(largestTemplate(d)?.dim).toBe(dim);
  });

  test('is 4 at least', () => {
    for (const d of [1, 2, 3]) expect(largestTemplate(d)).toBeUndefined();
  });
});
