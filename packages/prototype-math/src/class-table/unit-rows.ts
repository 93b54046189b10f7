import { checkPrototypes, ProtoNormError, type Prototypes, type Rng } from '@protonorm/tensor';
import { wholeMatrix, type Block } from '../linear-algebra/block.ts';

/**
 * The directions of a table in float64, shape [C, d], unit rows; a matrix of the caller's own.
 *
 * @param fillFrom - gives a zero row a random direction that depends on this stream and on the class alone
 * @throws `zero-vector` for a row of norm 0 without `fillFrom`; as `checkPrototypes`
 */
export function unitRows(prototypes: Prototypes, fillFrom?: Rng): Block {
  return directionsOf(checkPrototypes(prototypes), fillFrom);
}

/** {@link unitRows} of a table that has been checked. */
export function directionsOf({ dim, classes, vectors }: Prototypes, fillFrom?: Rng): Block {
  const rows = wholeMatrix(new Float64Array(vectors), classes.length, dim);
  classes.forEach((label, row) => {
    const vector = rows.data.subarray(row * dim, (row + 1) * dim);
    if (scaleToUnit(vector)) return;
    if (fillFrom === undefined) {
      throw new ProtoNormError(
        'zero-vector',
        `The prototype of class ${label} has norm 0 and so no direction.`,
        {
          received: label,
          hint: "Leave the class out, or align with fill: 'seeded' to give it a random direction.",
        },
      );
    }
    drawDirection(vector, fillFrom.split('zero-vector', label));
  });
  return rows;
}

/** Divides a vector by its norm; false for a vector of norm 0, which stays. */
export function scaleToUnit(vector: Float64Array): boolean {
  let squares = 0;
  for (const x of vector) squares += x * x;
  if (squares === 0) return false;
  const norm = Math.sqrt(squares);
  for (let k = 0; k < vector.length; k++) vector[k] /= norm;
  return true;
}

/** Overwrites a vector with a direction drawn uniformly from the sphere. */
export function drawDirection(vector: Float64Array, rng: Rng): void {
  do {
    for (let k = 0; k < vector.length; k++) vector[k] = rng.normal();
  } while (!scaleToUnit(vector));
}
