import { createRng, emptyPrototypes } from '@protonorm/tensor';
import { describe, expect, test } from 'vitest';
import { gaussianTable, maxDifference, tableOf } from '../test-data/tables.ts';
import { align } from './align.ts';
import { alignmentOptions, type AlignOptions } from './align-options.ts';
import { alignmentMethods, type AlignmentMethod } from './alignment-methods.ts';

const methods = Object.keys(alignmentMethods) as AlignmentMethod[];

describe.each(methods)('every method: %s', (method) => {
  test('keeps classes, counts and order in arrays of its own, with unit rows', () => {
    const table = {
      ...gaussianTable(1, 4, 6),
      classes: Int32Array.of(2, 3, 7, 90),
      counts: Float64Array.of(9, 1, 4, 2),
    };
    const before = structuredClone(table);
    const { prototypes } = align(table, { method });
    expect(table).toEqual(before);
    expect(prototypes.classes).toEqual(table.classes);
    expect(prototypes.counts).toEqual(table.counts);
    expect(prototypes.classes.buffer).not.toBe(table.classes.buffer);
    for (let at = 0; at < 24; at += 6) {
      expect(Math.hypot(...prototypes.vectors.subarray(at, at + 6))).toBeCloseTo(1, 6);
    }
  });

  test('an empty table stays empty', () => {
    expect(align(emptyPrototypes(5), { method })).toMatchObject({
      method,
      passes: 0,
      stop: 'empty',
      prototypes: emptyPrototypes(5),
      movement: { rms: 0, max: 0 },
      geometry: { classes: 0, maxCosine: null },
      warnings: [],
    });
  });

  test('a zero vector is refused, or filled from the seed with a warning', () => {
    const table = tableOf(
      [
        Array.from({ length: 16 }, (_, k) => (k * 5) % 7),
        new Array<number>(16).fill(0),
        Array.from({ length: 16 }, (_, k) => (k * 3) % 11),
      ],
      { classes: [0, 4, 6] },
    );
    expect(() => align(table, { method })).toThrow(
      expect.objectContaining({ code: 'zero-vector', received: 4 }),
    );
    const filled = align(table, { method, fill: 'seeded' });
    expect(filled.prototypes.vectors.every(Number.isFinite)).toBe(true);
    expect(filled.warnings).toEqual([
      { code: 'zero-vector-filled', message: expect.stringContaining('class'), classes: [4] },
    ]);
    expect(align(table, { method, fill: 'seeded' })).toEqual(filled);
    const other = align(table, { method, fill: 'seeded', rng: createRng(9) });
    expect(maxDifference(other.prototypes.vectors, filled.prototypes.vectors)).toBeGreaterThan(1e-3);
  });

  test('a malformed table is a typed error', () => {
    const table = gaussianTable(2, 3, 4);
    const nan = { ...table, vectors: table.vectors.with(5, NaN) };
    expect(() => align(nan, { method })).toThrow(expect.objectContaining({ code: 'not-finite' }));
    const short = { ...table, vectors: table.vectors.slice(1) };
    expect(() => align(short, { method })).toThrow(expect.objectContaining({ code: 'shape-mismatch' }));
    const twice = { ...table, classes: Int32Array.of(1, 1, 2) };
    expect(() => align(twice, { method })).toThrow(expect.objectContaining({ code: 'unknown-class' }));
    const uncounted = { ...table, counts: Float64Array.of(1, 0, 2) };
    expect(() => align(uncounted, { method })).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  test('extreme but finite norms do not matter', () => {
    const table = tableOf([
      [1e38, 2e38, 0, 0],
      [1e-40, 0, 1e-40, 0],
      [0, 3, -4, 0],
    ]);
    expect(align(table, { method }).prototypes.vectors.every(Number.isFinite)).toBe(true);
  });

  test('an aborted signal is looked at first', () => {
    const reason = new Error('stopped');
    expect(() => align(gaussianTable(3, 3, 3), { method, signal: AbortSignal.abort(reason) })).toThrow(
      reason,
    );
  });
});

test('bad options are typed errors that name what is allowed', () => {
  const bad: [options: object, inMessage: string][] = [
    [{ method: 'thomson' }, 'Known methods: auto, reference, simplex'],
    [{ method: 'toString' }, 'Known methods'],
    [{ iteration: 5 }, "no option 'iteration'"],
    [{ fill: 'random' }, "'error' or 'seeded'"],
    [{ method: 'reference', iterations: -1 }, 'integer >= 0'],
    [{ method: 'reference', iterations: 1.5 }, 'integer >= 0'],
    [{ method: 'reference', learningRate: 0 }, '> 0'],
    [{ method: 'reference', learningRate: Infinity }, '> 0'],
    [{ method: 'reference', momentum: NaN }, '0..1'],
    [{ method: 'reference', momentum: 1.1 }, '0..1'],
    [{ method: 'reference', decay: 0 }, '(0, 1]'],
    [{ method: 'reference', decayEvery: 0 }, 'integer >= 1'],
    [{ method: 'reference', earlyStop: true }, 'false'],
    [{ method: 'reference', earlyStop: -1 }, 'false'],
    [{ method: 'anneal', passes: 9 }, 'integer >= 10'],
    [{ method: 'neighbours', passes: 70.5 }, 'integer >= 10'],
    [{ method: 'energy', passes: NaN }, 'integer >= 10'],
    [{ method: 'energy', s: -1 }, '>= 0'],
    [{ method: 'energy', s: Infinity }, '>= 0'],
    [{ method: 'orthant', profile: 'round' }, 'profile'],
  ];
  for (const [options, inMessage] of bad) {
    expect(() => align(gaussianTable(4, 3, 3), options as AlignOptions)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(inMessage) }),
    );
  }
});

test('an option of another method is refused, unless the method is to be chosen', () => {
  const values: AlignOptions = {
    iterations: 20,
    learningRate: 0.1,
    momentum: 0.9,
    decay: 0.9,
    decayEvery: 5,
    earlyStop: false,
    weights: 'counts',
    passes: 12,
    forms: 64,
    profile: 'flat',
    s: 1,
  };
  const table = gaussianTable(6, 4, 5);
  const own = Object.keys(values) as (keyof typeof values)[];
  for (const method of methods) {
    for (const name of own) {
      const owners = alignmentOptions[name];
      const run = () => align(table, { method, [name]: values[name] });
      if (method === 'auto' || owners === 'every' || owners.includes(method))
        expect(run().method).toBeDefined();
      else {
        expect(run).toThrow(
          expect.objectContaining({
            code: 'invalid-argument',
            received: name,
            expected: expect.not.arrayContaining([name]),
            hint: expect.stringContaining(`'${owners[0]}'`),
          }),
        );
      }
    }
  }
  expect(align(table, values).method).toBe('simplex');
  expect(own.filter((name) => alignmentOptions[name] === 'every')).toEqual([]);
});

test('undefined options are the defaults', () => {
  const table = gaussianTable(5, 3, 3);
  expect(
    align(table, { method: undefined, iterations: undefined, rng: undefined, earlyStop: undefined }),
  ).toEqual(align(table));
});

test('movement is measured from the directions of the input', () => {
  const { movement } = align(
    tableOf([
      [7, 0],
      [0, 7],
    ]),
    { method: 'simplex' },
  );
  const step = 2 * Math.sin(Math.PI / 8); // each turns by 45 degrees
  expect(movement.rms).toBeCloseTo(step, 12);
  expect(movement.max).toBeCloseTo(step, 12);
});
