import type { Block } from '../linear-algebra/block.ts';

/** Takes from each row of `forces` its part along the unit row of `points`; returns the mean norm of what is left. */
export function makeTangential(forces: Block, points: Block): number {
  const { data: f } = forces;
  const { data: u } = points;
  let norms = 0;
  for (let i = 0; i < points.rows; i++) {
    const at = forces.offset + i * forces.stride;
    const of = points.offset + i * points.stride;
    let radial = 0;
    for (let k = 0; k < points.cols; k++) radial += f[at + k] * u[of + k];
    let squares = 0;
    for (let k = 0; k < points.cols; k++) {
      f[at + k] -= radial * u[of + k];
      squares += f[at + k] * f[at + k];
    }
    norms += Math.sqrt(squares);
  }
  return norms / points.rows;
}
