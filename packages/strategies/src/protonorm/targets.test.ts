import { align, geometry, normalise } from '@protonorm/prototype-math';
import { resolveHyper } from '@protonorm/strategy';
import { createRng, rowOfClass, rowVector, type Prototypes } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { protoNorm, protoNormReference } from './protonorm.ts';
import { targetsOf, type ProtoNormValues, type Targets } from './targets.ts';

/** Non-negative rows with a large mean, as behind a ReLU; class i is `classes[i]`. */
function table(seed: number | string, classes: readonly number[], dim = 8): Prototypes {
  const rng = createRng('table').split(seed);
  const common = Array.from({ length: dim }, () => Math.abs(rng.normal()));
  return {
    dim,
    classes: Int32Array.from(classes),
    counts: Float64Array.from(classes, () => 1),
    vectors: Float32Array.from(classes.flatMap(() => common.map((x) => x + Math.abs(rng.normal())))),
  };
}

type Given = Readonly<Record<string, string | number | boolean>>;
const around = {
  mean: (hyper: Given = {}) => resolveHyper(protoNorm.hyper, hyper) as ProtoNormValues,
  origin: (hyper: Given = {}) => resolveHyper(protoNormReference.hyper, hyper) as ProtoNormValues,
};

function targets(
  aggregated: Prototypes,
  hyper: ProtoNormValues,
  context: { readonly previous?: Prototypes; readonly round?: number; readonly radius?: number } = {},
): Targets {
  return targetsOf(aggregated, hyper, {
    previous: context.previous ?? null,
    radius: context.radius,
    round: context.round ?? 1,
    rng: createRng('targets'),
    signal: new AbortController().signal,
  });
}

const meanOf = ({ dim, classes, vectors }: Prototypes): number[] =>
  Array.from({ length: dim }, (_, j) =>
    Array.from(classes, (__, row) => vectors[row * dim + j]).reduce((sum, x) => sum + x / classes.length, 0),
  );
/** Distance of each row from the mean of the rows. */
function radii(given: Prototypes): number[] {
  const mean = meanOf(given);
  return Array.from(given.classes, (_, row) =>
    Math.hypot(...mean.map((m, j) => rowVector(given, row)[j] - m)),
  );
}
function expectNear(a: Prototypes, b: Prototypes, digits = 5): void {
  expect([...a.classes]).toEqual([...b.classes]);
  expect(a.vectors).toHaveLength(b.vectors.length);
  a.vectors.forEach((x, i) => expect(x).toBeCloseTo(b.vectors[i], digits));
}

const five = [0, 1, 2, 3, 4];
const now = table('now', five);

describe.each(['mean', 'origin'] as const)('targets around the %s', (where) => {
  const hyper = (given: Given = {}): ProtoNormValues => around[where]({ method: 'auto', ...given });
  const before = targets(table('before', five), hyper()).prototypes;

  it('with inertia 0 do not know the round before', () => {
    expect(targets(now, hyper({ inertia: 0 }), { previous: before }).prototypes).toEqual(
      targets(now, hyper()).prototypes,
    );
  });

  it('with inertia 1 stay where they are, in between they are between', () => {
    expectNear(targets(now, hyper({ inertia: 1 }), { previous: before }).prototypes, before);
    const away = (inertia: number): number => {
      const { prototypes } = targets(now, hyper({ inertia }), { previous: before });
      return Math.hypot(...prototypes.vectors.map((x, i) => x - before.vectors[i]));
    };
    expect(away(0.5)).toBeLessThan(away(0));
    expect(away(0.9)).toBeLessThan(away(0.5));
    expect(away(0.9)).toBeGreaterThan(0);
  });

  it('with inertia keep their size, however long the scale has been at work', () => {
    const values = hyper({ inertia: 0.8, scale: 3 });
    let previous = targets(now, values).prototypes;
    const first = Math.max(...radii(previous));
    for (let round = 1; round < 12; round++) previous = targets(now, values, { previous, round }).prototypes;
    expect(Math.max(...radii(previous)) / first).toBeCloseTo(1, 1);
  });

  it('with inertia take a class that is new as it is', () => {
    const more = table('more', [0, 1, 2, 3, 4, 7]);
    const { prototypes } = targets(more, hyper({ inertia: 1 }), { previous: before });
    expect([...prototypes.classes]).toEqual([0, 1, 2, 3, 4, 7]);
    expect(geometry(where === 'mean' ? centred(prototypes) : prototypes).maxCosine).toBeCloseTo(-1 / 5, 4);
  });

  it('stay to the bit after the fixed rounds, and not before', () => {
    const values = hyper({ fixedAfter: 3 });
    for (const round of [1, 2]) {
      const given = targets(now, values, { previous: before, round });
      expect(given.prototypes).toEqual(targets(now, hyper()).prototypes);
      expect(given.geometry).toBeDefined();
    }
    for (const round of [3, 4, 400])
      expect(targets(now, values, { previous: before, round })).toEqual({
        prototypes: before,
        geometry: undefined,
      });
    // 0 = never fixed; and nothing can be fixed before there is something.
    expect(targets(now, hyper(), { previous: before, round: 400 }).prototypes).not.toEqual(before);
    expect(targets(now, values, { round: 5 }).prototypes).toEqual(targets(now, hyper()).prototypes);
  });

  it('are aligned again when a class is new, and not when one is away', () => {
    const values = hyper({ fixedAfter: 1 });
    const more = table('more', [0, 1, 2, 3, 4, 7]);
    const { prototypes, geometry: seen } = targets(more, values, { previous: before, round: 5 });
    expect(prototypes).toEqual(targets(more, hyper()).prototypes);
    expect(seen).toBeDefined();
    const fewer = table('fewer', [0, 2, 3]);
    expect(targets(fewer, values, { previous: before, round: 5 }).prototypes).toBe(before);
  });

  it('of renamed classes are the renamed targets', () => {
    const shuffled = fc.shuffledSubarray(five, { minLength: 2 });
    fc.assert(
      fc.property(shuffled, fc.integer({ min: 0, max: 99 }), fc.boolean(), (order, seed, inert) => {
        const given = table(
          seed,
          order.toSorted((a, b) => a - b),
        );
        const values = hyper(inert ? { inertia: 0.5 } : {});
        // The row of class c goes to the class at its place in `order`.
        const renamed = rename(given, order);
        const plain = targets(given, values, { previous: before });
        const other = targets(renamed, values, { previous: rename(before, completed(order)) });
        expectNear(other.prototypes, rename(plain.prototypes, order), 4);
        expect(other.geometry!.maxCosine).toBeCloseTo(plain.geometry!.maxCosine!, 5);
      }),
      { numRuns: 40 },
    );
  });

  it('without alignment are as far apart as what they come from', () => {
    const { prototypes, geometry: seen } = targets(now, hyper({ pa: false, scale: 1 }));
    expectNear(prototypes, where === 'origin' ? normalise(now) : now);
    expect(seen!.maxCosine).toBeGreaterThan(-0.2);
  });

  it('of one class stay finite, with whatever radius', () => {
    for (const radius of [undefined, 40]) {
      const one = table('one', [6]);
      const { prototypes } = targets(one, hyper(), { ...(radius !== undefined && { radius }) });
      expectNear(prototypes, where === 'origin' ? normalise(one) : one);
    }
  });
});

/** Gives the i-th class of a table the name `names[i]`, with its rows in the order of the new names. */
function rename(given: Prototypes, names: readonly number[]): Prototypes {
  const rows = names.map((name, row) => ({ name, row })).sort((a, b) => a.name - b.name);
  return {
    dim: given.dim,
    classes: Int32Array.from(rows, ({ name }) => name),
    counts: Float64Array.from(rows, ({ row }) => given.counts[row]),
    vectors: Float32Array.from(rows.flatMap(({ row }) => [...rowVector(given, row)])),
  };
}

/** Names for all five classes: those in `order` for the sorted ones of it, the others keep theirs. */
function completed(order: readonly number[]): number[] {
  const sorted = order.toSorted((a, b) => a - b);
  return five.map((label) => (sorted.includes(label) ? order[sorted.indexOf(label)] : label));
}

function centred(given: Prototypes): Prototypes {
  const mean = meanOf(given);
  return { ...given, vectors: given.vectors.map((x, i) => x - mean[i % given.dim]) };
}

describe('targets around the origin', () => {
  it('are what the alignment gives: unit rows, whatever the scale and the radius', () => {
    const hyper = { method: 'auto', scale: 50 };
    const { prototypes } = targets(now, around.origin(hyper), { radius: 7 });
    expectNear(prototypes, align(now).prototypes);
  });

  it('leave the early stop and the passes of the released iteration to the user', () => {
    const maxCosine = (given: Given): number => targets(now, around.origin(given)).geometry!.maxCosine!;
    expect(maxCosine({ iterations: 0 })).toBeGreaterThan(maxCosine({ iterations: 3 }));
    expect(maxCosine({ earlyStop: 0 })).toBeLessThanOrEqual(maxCosine({ earlyStop: 10 }));
  });

  it('draw a direction for a class that has none, and do without it when nothing is aligned', () => {
    const dead = { ...now, vectors: now.vectors.map((x, i) => (i < now.dim ? 0 : x)) };
    const { prototypes } = targets(dead, around.origin({ method: 'auto' }));
    expect(Math.hypot(...rowVector(prototypes, 0))).toBeCloseTo(1, 6);
    expect(rowOfClass(targets(dead, around.origin({ pa: false })).prototypes, 0)).toBe(-1);
  });
});

describe('targets around the mean', () => {
  const plain = targets(now, around.mean()).prototypes;
  const [least] = radii(plain);

  it('keep the mean, at one radius: the one that moves them least', () => {
    meanOf(plain).forEach((m, j) => expect(m).toBeCloseTo(meanOf(now)[j], 5));
    for (const radius of radii(plain)) expect(radius).toBeCloseTo(least, 5);
    const moved = (factor: number): number => {
      const { prototypes } = targets(now, around.mean({ scale: factor }));
      return prototypes.vectors.reduce((sum, x, i) => sum + (x - now.vectors[i]) ** 2, 0);
    };
    expect(moved(1)).toBeLessThan(moved(0.97));
    expect(moved(1)).toBeLessThan(moved(1.03));
  });

  it('are drawn out around it by the scale, unless nothing is to be upscaled', () => {
    const scaled = targets(now, around.mean({ scale: 3 })).prototypes;
    meanOf(scaled).forEach((m, j) => expect(m).toBeCloseTo(meanOf(now)[j], 5));
    for (const radius of radii(scaled)) expect(radius).toBeCloseTo(3 * least, 4);
    expect(targets(now, around.mean({ scale: 3, pu: false })).prototypes).toEqual(plain);
  });

  it('have the radius of adaptive upscaling, but never less than that of least movement', () => {
    for (const radius of [1.01 * least, 2 * least, 80]) {
      const { prototypes } = targets(now, around.mean(), { radius });
      for (const found of radii(prototypes)) expect(found / radius).toBeCloseTo(1, 5);
      meanOf(prototypes).forEach((m, j) => expect(m).toBeCloseTo(meanOf(now)[j], 4));
    }
    for (const radius of [0.5 * least, 1e-9]) {
      expect(targets(now, around.mean(), { radius }).prototypes).toEqual(plain);
    }
  });

  it('drive apart classes that are all at one point, when they have a radius', () => {
    const same = { ...now, vectors: now.vectors.map((_, i) => now.vectors[i % now.dim]) };
    expectNear(targets(same, around.mean()).prototypes, same);
    const { prototypes } = targets(same, around.mean(), { radius: 2 });
    for (const radius of radii(prototypes)) expect(radius).toBeCloseTo(2, 4);
    expect(geometry(centred(prototypes)).maxCosine).toBeCloseTo(-1 / 4, 4);
  });
});
