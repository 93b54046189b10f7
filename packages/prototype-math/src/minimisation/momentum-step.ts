import type { Block } from '../linear-algebra/block.ts';

/** Share of its last step that a point goes again. */
const MOMENTUM = 0.7;

/**
 * One step of all points along the forces: v = .7 v + rate F / max(|F|, mean |F|), u = (u + v) / |u + v|. What pushes harder
 * than the mean goes a whole step whatever its force, what pushes less goes less.
 */
export function stepWithMomentum(
  points: Block,
  by: {
    readonly forces: Block;
    readonly velocity: Float64Array;
    readonly learningRate: number;
    readonly meanForce: number;
  },
): void {
  const { data: u, offset, rows, cols } = points;
  const { forces, velocity, learningRate, meanForce } = by;
  const { data: f, offset: forceOffset } = forces;
  for (let i = 0; i < rows; i++) {
    const from = i * cols;
    let squares = 0;
    for (let k = from; k < from + cols; k++) squares += f[forceOffset + k] * f[forceOffset + k];
    const force = Math.max(Math.sqrt(squares), meanForce);
    const factor = force > 0 ? learningRate / force : 0;
    let norm = 0;
    for (let k = from; k < from + cols; k++) {
      velocity[k] = MOMENTUM * velocity[k] + factor * f[forceOffset + k];
      const moved = u[offset + k] + velocity[k];
      u[offset + k] = moved;
      norm += moved * moved;
    }
    norm = Math.sqrt(norm);
    for (let k = offset + from; k < offset + from + cols; k++) u[k] /= norm;
  }
}
