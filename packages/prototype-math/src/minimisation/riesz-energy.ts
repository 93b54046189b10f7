import { pairEnergy } from '../geometry/energy.ts';
import type { Block } from '../linear-algebra/block.ts';
import type { GramTile } from '../linear-algebra/gram-tiles.ts';
import { squaredRowDistance } from '../linear-algebra/row-distance.ts';
import type { Shape } from '../linear-algebra/shape.ts';
import type { Workspace } from '../linear-algebra/workspace.ts';
import { PairForces } from './pair-forces.ts';
import type { SphereObjective } from './sphere-lbfgs.ts';

/** Below this squared distance 2 - 2 cos has lost digits, and the difference of the vectors is taken. */
const NEAR = 1e-4;

/**
 * The Riesz energy of unit rows and its gradient: sum over pairs of |u_a - u_b|^-s, of -log |u_a - u_b| for s = 0.
 *
 * dE/du_a = -sum over b of k(|u_a - u_b|) (u_a - u_b) with k(r) = max(s, 1) r^(-s - 2); of it only the part that is
 * tangential at u_a matters, which is that of sum over b of k u_b.
 *
 * @param workspace - opened with [C, d] and {@link PairForces.shapes}
 * @param s - exponent >= 0; 1 is Coulomb's energy of the Thomson problem
 */
export function rieszEnergy(workspace: Workspace, s: number): SphereObjective {
  const [points, ...others] = workspace.matrices;
  const pairs = new PairForces(workspace, others);
  return (rows, gradient) => {
    points.data.set(rows, points.offset);
    let energy = 0;
    pairs.at(points, (tile) => {
      energy += fillWeights(tile, points, s);
      return tile.values;
    });
    const { data, offset } = pairs.forces;
    for (let k = 0; k < gradient.length; k++) gradient[k] = -data[offset + k];
    return energy;
  };
}

/** What {@link rieszEnergy} needs in a workspace for points of a shape. */
export function rieszEnergyShapes(points: Shape): readonly Shape[] {
  return [points, ...PairForces.shapes(points)];
}

function fillWeights({ values, rowFrom, colFrom }: GramTile, points: Block, s: number): number {
  const { data, offset, stride, rows, cols } = values;
  const onDiagonal = rowFrom === colFrom;
  let energy = 0;
  for (let i = 0; i < rows; i++) {
    const from = offset + i * stride;
    for (let j = 0; j < cols; j++) {
      let weight = 0;
      if (!onDiagonal || i !== j) {
        let distance2 = 2 - 2 * data[from + j];
        if (distance2 < NEAR) distance2 = squaredRowDistance(points, rowFrom + i, colFrom + j);
        const pair = pairEnergy(distance2, s);
        energy += pair;
        weight = s === 0 ? 1 / distance2 : (s * pair) / distance2;
      }
      data[from + j] = -weight;
    }
  }
  return onDiagonal ? energy / 2 : energy;
}
