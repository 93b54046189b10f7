/**
 * Goal 10: what is left of the tangential forces of the logarithmic energy where a method stops, and whether it says bound,
 * gap, movement and identity. Prints the figures as JSON.
 */
import { align, type AlignmentMethod, type Prototypes } from '@protonorm/prototype-math';
import { inputOf } from './inputs.ts';

const { method, classes, dim } = JSON.parse(process.argv[2]) as {
  readonly method: AlignmentMethod;
  readonly classes: number;
  readonly dim: number;
};
const { prototypes, passes, stop, movement, identity, geometry } = align(inputOf(classes, dim), { method });
const { maxCosine, bound, gap } = geometry;
const told = [gap, bound?.cosine, movement.rms, identity];
console.log(
  JSON.stringify({
    on: 'javascript',
    passes,
    maxCosine,
    bound: bound?.cosine,
    movement: movement.rms,
    identity,
    tangentialForce: tangentialForce(prototypes) / ((classes - 1) / 2),
    failures: told.filter((value) => !Number.isFinite(value)).length,
    note: `stop: ${stop}`,
  }),
);

/** Root mean square over the rows of the part of sum (u_a - u_b) / |u_a - u_b|^2 along the sphere. */
function tangentialForce({ dim, vectors, classes: { length } }: Prototypes): number {
  let squares = 0;
  for (let a = 0; a < length; a++) {
    const own = Float64Array.from(vectors.subarray(a * dim, (a + 1) * dim));
    const force = new Float64Array(dim);
    for (let b = 0; b < length; b++) {
      if (b === a) continue;
      const difference = own.map((x, k) => x - vectors[b * dim + k]);
      const distance2 = dot(difference, difference);
      for (let k = 0; k < dim; k++) force[k] += difference[k] / distance2;
    }
    squares += dot(force, force) - dot(force, own) ** 2 / dot(own, own);
  }
  return Math.sqrt(Math.max(0, squares) / length);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, x, k) => sum + x * b[k], 0);
}
