import { createRng } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { scaleToUnit } from '../class-table/unit-rows.ts';
import { plainLinearAlgebra } from '../linear-algebra/workspace.ts';
import { rieszEnergy, rieszEnergyShapes } from './riesz-energy.ts';
import { minimiseOnSpheres, projectToTangent } from './sphere-lbfgs.ts';

function randomPoints(count: number, dim: number, seed: number): Float64Array {
  const rng = createRng(seed);
  const points = Float64Array.from({ length: count * dim }, () => rng.normal());
  for (let from = 0; from < points.length; from += dim) scaleToUnit(points.subarray(from, from + dim));
  return points;
}

describe('rieszEnergy', () => {
  it.each([0, 1, 2.5])('has the gradient that differences of its value give (s = %d)', (s) => {
    const [count, dim] = [40, 5]; // more than one tile
    using workspace = plainLinearAlgebra.open(rieszEnergyShapes([count, dim]));
    const objective = rieszEnergy(workspace, s);
    const points = randomPoints(count, dim, 3);
    const gradient = new Float64Array(points.length);
    objective(points, gradient);
    projectToTangent(gradient, points, dim);
    const direction = Float64Array.from(randomPoints(count, dim, 4));
    projectToTangent(direction, points, dim);
    const at = (t: number): number => {
      const moved = points.map((x, k) => x + t * direction[k]);
      for (let from = 0; from < moved.length; from += dim) scaleToUnit(moved.subarray(from, from + dim));
      return objective(moved, new Float64Array(points.length));
    };
    const slope = gradient.reduce((sum, g, k) => sum + g * direction[k], 0);
    expect((at(1e-5) - at(-1e-5)) / 2e-5 / slope).toBeCloseTo(1, 6);
  });
});

describe('minimiseOnSpheres', () => {
  // Wales and Ulker 2006, table of Thomson minima; Schwartz 2013.
  it.each([
    [4, 3.674234614],
    [12, 49.165253058],
    [24, 223.347074052],
  ])('finds the least energy of %i electrons from every start', (count, least) => {
    for (let seed = 0; seed < 10; seed++) {
      using workspace = plainLinearAlgebra.open(rieszEnergyShapes([count, 3]));
      const points = randomPoints(count, 3, seed);
      const found = minimiseOnSpheres(points, rieszEnergy(workspace, 1), {
        dim: 3,
        evaluations: 3000,
        tolerance: 1e-9,
      });
      expect(Math.abs(found.value - least)).toBeLessThan(1e-6);
    }
  });

  it('never rises, tells of its steps and stops when it is told to', () => {
    using workspace = plainLinearAlgebra.open(rieszEnergyShapes([30, 4]));
    const values: number[] = [];
    const controller = new AbortController();
    const run = () =>
      minimiseOnSpheres(randomPoints(30, 4, 1), rieszEnergy(workspace, 0), {
        dim: 4,
        evaluations: 500,
        tolerance: 1e-8,
        signal: controller.signal,
        onStep: (value) => {
          values.push(value);
          if (values.length === 12) controller.abort(new Error('enough'));
        },
      });
    expect(run).toThrow('enough');
    expect(values).toHaveLength(12);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
  });

  it.each([
    [1e-4, 3000, 'converged'],
    [0, 5, 'evaluations'],
    [1e-13, 3000, 'no-descent'], // rounding leaves more
  ] as const)('says why it ended: tolerance %f, %i evaluations: %s', (tolerance, evaluations, end) => {
    using workspace = plainLinearAlgebra.open(rieszEnergyShapes([24, 3]));
    const points = randomPoints(24, 3, 1);
    const found = minimiseOnSpheres(points, rieszEnergy(workspace, 1), { dim: 3, evaluations, tolerance });
    expect(found.end).toBe(end);
    expect(found.evaluations).toBeLessThanOrEqual(evaluations);
  });
});
