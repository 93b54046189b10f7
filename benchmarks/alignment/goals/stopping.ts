import type { AlignmentMethod } from '@protonorm/prototype-math';
import { apart } from '../apart.ts';
import type { SomeFigures } from '../figures.ts';
import { atMost, none, type Limit } from '../limits.ts';
import type { Measurement } from '../measurement.ts';
import { rowOf } from '../row.ts';

const converged = [atMost('tangentialForce', 1e-3), none('failures')];
const told = [none('failures')];

/** Goal 10: nothing but `reference` stops before the forces along the sphere are gone, and all say how far they came. */
export const stopping: readonly Measurement[] = [
  at('simplex', 100, 512, converged),
  at('orthoSimplices', 100, 64, converged),
  at('energy', 100, 64, converged),
  // Its objective is another, so these forces need not vanish: its schedule is fixed, and it says the gap.
  at('anneal', 200, 64, told),
  at('reference', 100, 512, []),
];

function at(method: AlignmentMethod, classes: number, dim: number, limits: readonly Limit[]): Measurement {
  const name = `${method} (${classes}, ${dim}) where it stops`;
  return {
    goal: 10,
    name,
    measure() {
      const { note, ...figures } = apart<SomeFigures & { on: string; note: string }>(
        'check-residual-force.ts',
        { method, classes, dim },
      );
      return [rowOf({ goal: 10, name, note }, figures, limits)];
    },
  };
}
