/** Goal 4: movement of the closed form by that of the released iteration at its end. Prints the figures as JSON. */
import { align } from '@protonorm/prototype-math';
import { inputOf, type InputKind } from './inputs.ts';

const { quick } = JSON.parse(process.argv[2]) as { quick: boolean };
const seeds = quick ? 2 : 10;
let movementRatio = 0;
let movement = 0;
for (const kind of ['gauss', 'relu'] satisfies InputKind[]) {
  for (let seed = 0; seed < seeds; seed++) {
    const input = inputOf(10, 512, { kind, seed });
    const closed = align(input, { method: 'simplex' });
    const released = align(input, { method: 'reference', earlyStop: false, iterations: 2000 });
    movement = Math.max(movement, closed.movement.rms);
    movementRatio = Math.max(movementRatio, closed.movement.rms / released.movement.rms);
  }
}
console.log(JSON.stringify({ on: 'javascript', note: `${seeds} x gauss and relu`, movement, movementRatio }));
