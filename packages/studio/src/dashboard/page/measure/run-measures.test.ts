import { drift, geometry } from '@protonorm/prototype-math';
import { createRng, type Prototypes } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { RunMeasures } from './run-measures.ts';
import { MOST_CLASSES } from './table-measure.ts';

function table(seed: number, { n = 8, dim = 16 } = {}): Prototypes {
  const rng = createRng(seed);
  return {
    dim,
    classes: Int32Array.from({ length: n }, (_, i) => 2 * i),
    counts: new Float64Array(n).fill(3),
    vectors: Float32Array.from({ length: n * dim }, () => rng.normal() + 0.3),
  };
}

const DEGREES = 180 / Math.PI;

describe('RunMeasures', () => {
  it('agrees with prototype-math', () => {
    const [first, second] = [table(1), table(2)];
    const run = new RunMeasures();
    run.measure({ run: 1, round: 0, tables: { prototypes: first } });
    const [measure] = run.measure({ run: 1, round: 1, tables: { prototypes: second } }).measures;
    const expected = geometry(second);
    expect(measure.smallest?.degrees).toBeCloseTo(expected.smallestAngleRad! * DEGREES, 10);
    expect(measure.smallest?.pair.map((at) => measure.classes[at])).toEqual(expected.closestPair);
    expect(Math.min(...measure.nearest.map((near) => near!.degrees))).toBeCloseTo(
      measure.smallest!.degrees,
      5,
    );
    expect(measure.drift).toEqual(Array.from(drift(first, second).anglesRad, (angle) => angle * DEGREES));
    const n = measure.classes.length;
    measure.nearest.forEach((near, i) =>
      expect(measure.angles![i * n + near!.at]).toBeCloseTo(near!.degrees, 4),
    );
  });

  it('goes on from the picture before: the same table stays where it was', () => {
    const run = new RunMeasures();
    const same = table(3);
    const [before] = run.measure({ run: 1, round: 0, tables: { prototypes: same } }).measures;
    const [after] = run.measure({ run: 1, round: 1, tables: { prototypes: same } }).measures;
    after.picture!.points.forEach((point, i) =>
      point.forEach((x, k) => expect(Math.abs(x - before.picture!.points[i][k])).toBeLessThan(0.05)),
    );
    expect(after.drift.every((degrees) => degrees === 0)).toBe(true);
  });

  it('draws three dimensions as they are', () => {
    const [measure] = new RunMeasures().measure({
      run: 1,
      round: 0,
      tables: { prototypes: table(4, { n: 9, dim: 3 }) },
    }).measures;
    expect(measure.picture!.errorDegrees).toBeLessThan(0.01);
  });

  it('begins anew with another run, names what it cannot measure, and leaves out what nobody can see', () => {
    const run = new RunMeasures();
    run.measure({ run: 1, round: 0, tables: { prototypes: table(1) } });
    const [fresh] = run.measure({ run: 2, round: 0, tables: { prototypes: table(2) } }).measures;
    expect(fresh.drift.every((degrees) => degrees === null)).toBe(true);
    const broken = table(5);
    broken.vectors[3] = NaN;
    const { measures, problems } = run.measure({
      run: 2,
      round: 1,
      tables: { broken, prototypes: table(3) },
    });
    expect(measures.map(({ name }) => name)).toEqual(['prototypes']);
    expect(problems).toMatchObject([{ name: 'broken', reason: expect.stringContaining('NaN') as string }]);
    const [many] = run.measure({
      run: 2,
      round: 2,
      tables: { many: table(6, { n: MOST_CLASSES + 1, dim: 4 }) },
    }).measures;
    expect([many.angles, many.picture]).toEqual([null, null]);
    expect(many.smallest).not.toBeNull();
  });
});
