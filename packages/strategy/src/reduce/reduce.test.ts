import { PrototypeSums, type Prototypes } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reduce } from './index.ts';
import type { Reducer } from './reducer.ts';

const DIM = 3;
const float32 = fc.oneof(
  fc.constantFrom(0, -0, 1e-45, 3e38, -3e38, 1, -1),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
);
const floats = (length: number): fc.Arbitrary<Float32Array> =>
  fc.array(float32, { minLength: length, maxLength: length }).map((values) => Float32Array.from(values));

interface Upload {
  readonly w: Float32Array;
  readonly n: number;
  readonly p: Prototypes;
  readonly counts?: Int32Array;
}

const upload: fc.Arbitrary<Upload> = fc
  .record({
    w: floats(DIM),
    n: fc.integer({ min: 1, max: 5000 }),
    classes: fc.subarray([0, 1, 2, 3]),
    rows: floats(4 * DIM),
    samples: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 4, maxLength: 4 }),
    counts: fc.option(fc.int32Array({ minLength: 2, maxLength: 2 }), { nil: undefined }),
  })
  .map(({ w, n, classes, rows, samples, counts }) => ({
    w,
    n,
    p: {
      dim: DIM,
      classes: Int32Array.from(classes),
      counts: Float64Array.from(classes, (label) => samples[label]),
      vectors: rows.subarray(0, DIM * classes.length),
    },
    ...(counts && { counts }),
  }));

/** Uploads, another order of them, and groups of that order. */
const scenario = fc.array(upload, { minLength: 1, maxLength: 6 }).chain((uploads) =>
  fc.record({
    uploads: fc.constant(uploads.map((given, i): [Upload, string] => [given, `client-${i}`])),
    order: fc.shuffledSubarray([...uploads.keys()], { minLength: uploads.length }),
    cuts: fc.subarray([...uploads.keys()]),
  }),
);

function reduced<R>(reducer: Reducer<Upload, R>, uploads: readonly (readonly [Upload, string])[]): R {
  const accumulator = reducer.start();
  for (const [given, from] of uploads) accumulator.add(given, from);
  return accumulator.result();
}

function regrouped<R>(
  reducer: Reducer<Upload, R>,
  uploads: readonly (readonly [Upload, string])[],
  cuts: readonly number[],
): R {
  const whole = reducer.start();
  for (let i = 0; i <= cuts.length; i++) {
    const part = reducer.start();
    for (const [given, from] of uploads.slice(cuts[i - 1] ?? 0, cuts[i])) part.add(given, from);
    whole.merge(part); // also of groups without any upload
  }
  return whole.result();
}

const reducers: Readonly<Record<string, Reducer<Upload, unknown>>> = {
  collect: reduce.collect<Upload>(),
  mean: reduce.mean('w'),
  'meanByClass, uniform': reduce.meanByClass('p'),
  'meanByClass, by samples': reduce.meanByClass('p', { weighting: 'samples' }),
  nothing: reduce.nothing(),
  sum: reduce.sum('counts'),
  weightedMean: reduce.weightedMean('w', 'n'),
  combine: reduce.combine({
    w: reduce.weightedMean('w', 'n'),
    p: reduce.meanByClass('p'),
    c: reduce.sum('counts'),
  }),
};

describe.each(Object.entries(reducers))('reduce.%s', (_, reducer) => {
  it('gives the same bits in whatever order and grouping', () => {
    fc.assert(
      fc.property(scenario, ({ uploads, order, cuts }) => {
        const whole = reduced(reducer, uploads);
        const permuted = order.map((i) => uploads[i]);
        expect(reduced(reducer, permuted)).toStrictEqual(whole);
        expect(regrouped(reducer, permuted, cuts)).toStrictEqual(whole);
      }),
      { seed: 6, numRuns: 100 },
    );
  });

  it('leaves the uploads and the other accumulator as they were', () => {
    fc.assert(
      fc.property(scenario, ({ uploads }) => {
        const before = structuredClone(uploads);
        const [a, b] = [reducer.start(), reducer.start()];
        for (const [given, from] of uploads) b.add(given, from);
        const alone = b.result();
        a.merge(b);
        a.merge(reducer.start());
        for (const [given, from] of uploads) a.add(given, `${from}-again`);
        expect(b.result()).toStrictEqual(alone);
        expect(uploads).toStrictEqual(before);
      }),
      { seed: 7, numRuns: 30 },
    );
  });
});

const one: Upload = {
  w: Float32Array.of(1, 2, 3),
  n: 1,
  p: { dim: 1, classes: Int32Array.of(0, 1), counts: Float64Array.of(1, 4), vectors: Float32Array.of(1, 5) },
};
const three: Upload = {
  w: Float32Array.of(5, 6, 7),
  n: 3,
  p: { dim: 1, classes: Int32Array.of(0), counts: Float64Array.of(3), vectors: Float32Array.of(5) },
  counts: Int32Array.of(7, -2),
};
const both = [
  [three, 'b'],
  [one, 'a'],
] as const;

describe('reduce', () => {
  it('weighs by samples, or counts each client the same', () => {
    expect(reduced(reduce.weightedMean('w', 'n'), both)).toEqual(Float32Array.of(4, 5, 6));
    expect(reduced(reduce.mean('w'), both)).toEqual(Float32Array.of(3, 4, 5));
    expect(reduced(reduce.meanByClass('p'), both).vectors).toEqual(Float32Array.of(3, 5));
    expect(reduced(reduce.meanByClass('p', { weighting: 'samples' }), both)).toEqual({
      dim: 1,
      classes: Int32Array.of(0, 1),
      counts: Float64Array.of(4, 4),
      vectors: Float32Array.of(4, 5),
    });
  });

  it('by class is the mean over those who hold the class (PrototypeSums)', () => {
    const sums = new PrototypeSums(1);
    sums.add(one.p);
    sums.add(three.p);
    expect(reduced(reduce.meanByClass('p'), both)).toEqual(sums.mean());
  });

  it('sums a field over those who have it', () => {
    expect(reduced(reduce.sum('counts'), both)).toEqual(Float64Array.of(7, -2));
    expect(reduced(reduce.sum('counts'), [[one, 'a']])).toBeUndefined();
  });

  it('sorts what it collects by sender', () => {
    expect(reduced(reduce.collect<Upload>(), both)).toEqual([
      { from: 'a', upload: one },
      { from: 'b', upload: three },
    ]);
  });

  it('combines reducers by name', () => {
    const combined = reduce.combine({ w: reduce.mean('w'), all: reduce.collect<Upload>() });
    expect(reduced(combined, both).w).toEqual(Float32Array.of(3, 4, 5));
    expect(reduced(combined, both).all.map(({ from }) => from)).toEqual(['a', 'b']);
  });

  it('says which reducers need sums alone', () => {
    const additive = Object.fromEntries(Object.entries(reducers).map(([name, r]) => [name, r.additive]));
    expect(additive).toMatchObject({ collect: false, mean: true, sum: true, nothing: true, combine: true });
    expect(reduce.combine({ a: reduce.mean('w'), b: reduce.collect<Upload>() }).additive).toBe(false);
  });

  it('refuses a mean of nothing, and arrays of another length', () => {
    expect(() => reduce.mean('w').start().result()).toThrow('at least one upload');
    expect(() => reduce.weightedMean('w', 'n').start().result()).toThrow('needs a positive weight');
    const accumulator = reduce.mean('w').start();
    accumulator.add({ w: new Float32Array(2) }, 'a');
    expect(() => accumulator.add({ w: new Float32Array(3) }, 'b')).toThrow(
      'A sum of 2 entries cannot take 3',
    );
    expect(accumulator.result()).toEqual(new Float32Array(2));
  });

  it('gives an empty table when no upload had a class', () => {
    expect(reduce.meanByClass('p').start().result().classes).toHaveLength(0);
  });
});
