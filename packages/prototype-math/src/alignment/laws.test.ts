import { createRng, type Prototypes } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { energy } from '../geometry/energy.ts';
import { geometry } from '../geometry/geometry.ts';
import { addProduct } from '../linear-algebra/add-product.ts';
import { wholeMatrix } from '../linear-algebra/block.ts';
import { spanCoordinates } from '../linear-algebra/thin-qr.ts';
import { gaussianTable, maxDifference, reluTable } from '../test-data/tables.ts';
import type { AlignOptions } from './align-options.ts';
import { align } from './align.ts';

interface Variant {
  readonly name: string;
  readonly options: AlignOptions;
  readonly mostClasses: (dim: number) => number;
  /** How far rounding may drive two runs apart; infinite where the coordinates have a meaning. */
  readonly rotated: number;
  /** What gets smaller. */
  readonly falls: 'logEnergy' | 'maxCosine' | 'nothing';
}

// Fixed numbers of passes where two inputs are compared: a difference of one rounding must not move an early stop.
const variants: readonly Variant[] = [
  {
    name: 'reference',
    options: { method: 'reference', iterations: 30, earlyStop: false },
    mostClasses: () => 14,
    rotated: 1e-4,
    falls: 'logEnergy',
  },
  {
    name: 'simplex',
    options: { method: 'simplex' },
    mostClasses: (dim) => Math.floor(dim / 2) + 1,
    rotated: 1e-4,
    falls: 'logEnergy',
  },
  {
    name: 'orthoSimplices',
    options: { method: 'orthoSimplices' },
    // Few enough that a small change of the input turns the result little.
    mostClasses: (dim) => Math.floor(dim / 2) + 1,
    rotated: 1e-4,
    falls: 'maxCosine',
  },
  {
    name: 'anneal',
    options: { method: 'anneal', passes: 10 },
    mostClasses: () => 40,
    rotated: 1e-3,
    falls: 'maxCosine',
  },
  {
    name: 'neighbours',
    options: { method: 'neighbours', passes: 10 },
    mostClasses: () => 40,
    rotated: 1e-3,
    falls: 'maxCosine',
  },
  {
    name: 'energy',
    options: { method: 'energy', passes: 12 },
    mostClasses: () => 14,
    rotated: 1e-2,
    falls: 'logEnergy',
  },
  {
    name: 'auto',
    options: { passes: 10 },
    mostClasses: (dim) => 3 * dim,
    rotated: Infinity,
    falls: 'maxCosine',
  },
  {
    name: 'orthant',
    options: { method: 'orthant' },
    mostClasses: (dim) => dim,
    rotated: Infinity,
    falls: 'nothing',
  },
  {
    name: 'template',
    options: { method: 'template' },
    mostClasses: () => 20,
    rotated: Infinity,
    falls: 'nothing',
  },
];

const inputs = fc.record({
  make: fc.constantFrom(gaussianTable, reluTable),
  dim: fc.integer({ min: 4, max: 12 }),
  pick: fc.nat(),
  seed: fc.nat(),
});

describe.each(variants)('laws of $name', ({ options, mostClasses, rotated: tolerance, falls }) => {
  const check = (law: (table: Prototypes, seed: number) => void, numRuns = 60) =>
    fc.assert(
      fc.property(inputs, ({ make, dim, pick, seed }) => {
        law(make(seed, 2 + (pick % (mostClasses(dim) - 1)), dim), seed);
      }),
      { seed: 11, numRuns },
    );

  test('rows have norm 1', () =>
    check((table) => {
      const { norms } = align(table, options).geometry;
      expect(norms!.min).toBeGreaterThan(1 - 2e-7);
      expect(norms!.max).toBeLessThan(1 + 2e-7);
    }));

  test('same input, same bytes', () =>
    check((table) => {
      expect(align(table, options).prototypes.vectors).toEqual(align(table, options).prototypes.vectors);
    }));

  test('only directions count', () =>
    check((table, seed) => {
      const rng = createRng(seed).split('scale');
      const scales = Array.from(table.classes, () => 2 ** (rng.integer(20) - 10)); // exact in float32
      const scaled = {
        ...table,
        vectors: table.vectors.map((x, at) => x * scales[Math.floor(at / table.dim)]),
      };
      expect(align(scaled, options).prototypes.vectors).toEqual(align(table, options).prototypes.vectors);
    }));

  test('renaming the classes renames the result', () =>
    check((table, seed) => {
      const order = createRng(seed).split('order').shuffle(Array.from(table.classes.keys()));
      const aligned = align(table, options).prototypes;
      const permuted = align(permute(table, order), options).prototypes;
      expect(maxDifference(permuted.vectors, permute(aligned, order).vectors)).toBeLessThan(1e-6);
    }));

  test.skipIf(tolerance === Infinity)('rotating the input rotates the result (the axes mean nothing)', () =>
    check((table, seed) => {
      const rotation = randomRotation(seed, table.dim);
      const aligned = align(table, options).prototypes;
      const rotated = align(rotate(table, rotation), options).prototypes;
      expect(maxDifference(rotated.vectors, rotate(aligned, rotation).vectors)).toBeLessThan(tolerance);
    }),
  );

  test.skipIf(falls === 'nothing')(`${falls} falls`, () =>
    check((table) => {
      const after = align(table, options).geometry;
      if (falls === 'logEnergy') expect(after.logEnergy).toBeLessThan(energy(table) + 1e-6);
      else expect(after.maxCosine).toBeLessThan(geometry(table).maxCosine! + 1e-6);
    }),
  );

  test('the bound is never beaten', () =>
    check((table) => {
      expect(align(table, options).geometry.gap).toBeGreaterThan(-1e-6);
      expect(geometry(table).gap).toBeGreaterThan(-1e-6);
    }));
});

function permute(table: Prototypes, order: readonly number[]): Prototypes {
  const vectors = new Float32Array(table.vectors.length);
  order.forEach((from, to) => {
    vectors.set(table.vectors.subarray(from * table.dim, (from + 1) * table.dim), to * table.dim);
  });
  return { ...table, vectors };
}

/** The orthonormal basis of random rows. */
function randomRotation(seed: number, dim: number) {
  const rng = createRng(seed).split('rotation');
  const rows = Float64Array.from({ length: dim * dim }, () => rng.normal());
  return spanCoordinates(wholeMatrix(rows, dim, dim)).basis;
}

function rotate(table: Prototypes, rotation: ReturnType<typeof randomRotation>): Prototypes {
  const rows = wholeMatrix(new Float64Array(table.vectors), table.classes.length, table.dim);
  const rotated = wholeMatrix(new Float64Array(rows.data.length), rows.rows, rows.cols);
  addProduct(rotated, rows, rotation);
  return { ...table, vectors: new Float32Array(rotated.data) };
}
