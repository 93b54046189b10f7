import { createRng } from '@protonorm/tensor';
import { wholeMatrix, type Block } from './block.ts';
import { polarFactorShapes, replaceByPolarFactor } from './polar-factor.ts';
import { plainLinearAlgebra, type LinearAlgebra } from './workspace.ts';

/** The polar factor of a dense matrix, which stays as it is, and how many of its directions were drawn. */
export function polarFactor(
  matrix: Block,
  by: { readonly noise: number; readonly seed?: number; readonly linearAlgebra?: LinearAlgebra },
): { readonly factor: Block; readonly drawn: number } {
  const { rows, cols } = matrix;
  const { noise, seed = 1, linearAlgebra = plainLinearAlgebra } = by;
  using workspace = linearAlgebra.open([[rows, cols], ...polarFactorShapes([rows, cols])]);
  const [place, ...matrices] = workspace.matrices;
  place.data.set(matrix.data.subarray(matrix.offset, matrix.offset + rows * cols), place.offset);
  const drawn = replaceByPolarFactor(place, { workspace, matrices }, { noise, rng: createRng(seed) });
  const factor = place.data.slice(place.offset, place.offset + rows * cols);
  return { factor: wholeMatrix(factor, rows, cols), drawn };
}
