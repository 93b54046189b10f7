import type { Prototypes } from '@protonorm/tensor';
import { unitRows } from '../class-table/unit-rows.ts';
import { createForceWatch } from './force-watch.ts';
import { DISTANCE_EPSILON } from './log-repulsion.ts';
import { readReferenceOptions, type ReferenceOptions } from './reference-options.ts';

/**
 * The released alignment written as directly as possible: every difference of every pair in all d dimensions, in every
 * pass. For reading, and as the oracle of the fast version in `align`; C^2 d work a pass, at 1-2 % of its speed.
 *
 * @param prototypes - no zero rows
 * @returns unit rows in float64, shape [C, d], and the mean force norm of each pass made
 * @throws `invalid-argument`, `zero-vector`, and as `checkPrototypes`
 * @example
 * ```ts
 * import { alignPlainly } from '@protonorm/prototype-math';
 * const square = {
 *   dim: 2,
 *   classes: Int32Array.of(0, 1),
 *   counts: Float64Array.of(1, 1),
 *   vectors: Float32Array.of(1, 0, 0, 1),
 * };
 * alignPlainly(square, { iterations: 1 }).meanForce.length; // => 1
 * ```
 */
export function alignPlainly(
  prototypes: Prototypes,
  options: ReferenceOptions = {},
): { readonly vectors: Float64Array; readonly meanForce: Float64Array } {
  const parameters = readReferenceOptions(options);
  const u = unitRows(prototypes).data; // [C, d]
  const d = prototypes.dim;
  const C = prototypes.classes.length;
  const v = new Float64Array(C * d);
  const meanForce: number[] = [];
  if (C === 0) return { vectors: u, meanForce: new Float64Array(0) };
  const shouldStop = createForceWatch(parameters.earlyStop);
  let rate = parameters.learningRate;
  for (let pass = 0; pass < parameters.iterations; pass++) {
    const force = new Float64Array(C * d);
    let norms = 0;
    for (let a = 0; a < C; a++) {
      for (let b = 0; b < C; b++) {
        if (b === a) continue;
        let distance2 = 0;
        for (let k = 0; k < d; k++) distance2 += (u[a * d + k] - u[b * d + k]) ** 2;
        for (let k = 0; k < d; k++) {
          force[a * d + k] += (u[a * d + k] - u[b * d + k]) / (distance2 + DISTANCE_EPSILON);
        }
      }
      norms += norm(force, a, d);
    }
    for (let i = 0; i < C * d; i++) {
      v[i] = parameters.momentum * v[i] + rate * force[i];
      u[i] += v[i];
    }
    for (let a = 0; a < C; a++) {
      const length = norm(u, a, d);
      for (let k = 0; k < d; k++) u[a * d + k] /= length;
    }
    if (pass % parameters.decayEvery === 0) rate *= parameters.decay;
    meanForce.push(norms / C);
    if (shouldStop(pass, norms / C)) break;
  }
  return { vectors: u, meanForce: Float64Array.from(meanForce) };
}

function norm(rows: Float64Array, row: number, d: number): number {
  let squares = 0;
  for (let k = 0; k < d; k++) squares += rows[row * d + k] ** 2;
  return Math.sqrt(squares);
}
