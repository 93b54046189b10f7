import { createRng } from '@protonorm/tensor';
import { describe, expect, it, test } from 'vitest';
import { drawDirection, scaleToUnit } from '../class-table/unit-rows.ts';
import { plainLinearAlgebra } from '../linear-algebra/workspace.ts';
import { maxDifference } from '../test-data/tables.ts';
import { softMaxCosine, softMaxCosineShapes } from './soft-max-objective.test-support.ts';
import { projectToTangent } from './sphere-lbfgs.ts';

const [count, dim] = [40, 5]; // more than one tile

function randomPoints(seed: number): Float64Array {
  const rng = createRng(seed);
  const points = new Float64Array(count * dim);
  for (let from = 0; from < points.length; from += dim) drawDirection(points.subarray(from, from + dim), rng);
  return points;
}

/** The definition, with the largest cosine taken out of the exponents. */
function plainValue(points: Float64Array, sharpness: number): number {
  const cosines: number[] = [];
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      let cosine = 0;
      for (let k = 0; k < dim; k++) cosine += points[i * dim + k] * points[j * dim + k];
      cosines.push(cosine);
    }
  }
  const top = Math.max(...cosines);
  return top + Math.log(cosines.reduce((sum, c) => sum + Math.exp(sharpness * (c - top)), 0)) / sharpness;
}

describe.each([1, 8, 300, 65_536])('softMaxCosine with b = %d', (sharpness) => {
  it('is the soft maximum, above the largest cosine by at most log(pairs) / b', () => {
    using workspace = plainLinearAlgebra.open(softMaxCosineShapes([count, dim]));
    const objective = softMaxCosine(workspace, sharpness);
    for (let seed = 0; seed < 5; seed++) {
      const points = randomPoints(seed);
      const value = objective(points, new Float64Array(points.length));
      expect(Math.abs(value - plainValue(points, sharpness))).toBeLessThan(1e-11);
    }
  });

  it('has the gradient that differences of its value give', () => {
    using workspace = plainLinearAlgebra.open(softMaxCosineShapes([count, dim]));
    const objective = softMaxCosine(workspace, sharpness);
    const points = randomPoints(3);
    const gradient = new Float64Array(points.length);
    objective(points, gradient);
    projectToTangent(gradient, points, dim);
    const direction = randomPoints(4);
    projectToTangent(direction, points, dim);
    const at = (t: number): number => {
      const moved = points.map((x, k) => x + t * direction[k]);
      for (let from = 0; from < moved.length; from += dim) scaleToUnit(moved.subarray(from, from + dim));
      return objective(moved, new Float64Array(points.length));
    };
    const slope = gradient.reduce((sum, g, k) => sum + g * direction[k], 0);
    expect((at(1e-6) - at(-1e-6)) / 2e-6 / slope).toBeCloseTo(1, 5);
  });
});

test('an evaluation does not depend on the one before, whether its largest cosine was higher or lower', () => {
  using workspace = plainLinearAlgebra.open(softMaxCosineShapes([count, dim]));
  for (const sharpness of [8, 300, 65_536]) {
    const points = randomPoints(1);
    const fresh = new Float64Array(points.length);
    const value = softMaxCosine(workspace, sharpness)(points, fresh);
    const closePair = points.slice();
    closePair.copyWithin(0, dim, 2 * dim);
    const worn = softMaxCosine(workspace, sharpness);
    const gradient = new Float64Array(points.length);
    expect(worn(closePair, gradient)).toBeGreaterThan(value);
    expect(worn(points, gradient)).toBeCloseTo(value, 13);
    expect(maxDifference(gradient, fresh)).toBeLessThan(1e-10);

    const almost = points.map((x, k) => x + 1e-3 * closePair[(k + dim) % points.length]);
    for (let from = 0; from < almost.length; from += dim) scaleToUnit(almost.subarray(from, from + dim));
    worn(almost, gradient);
    expect(worn(points, gradient)).toBeCloseTo(value, 13);
    expect(maxDifference(gradient, fresh)).toBeLessThan(1e-10);
  }
});
