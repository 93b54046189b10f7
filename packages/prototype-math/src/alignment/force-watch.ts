/** Ten passes in a row must repeat the rounded mean force; a constant of the released code. */
const REPEATS = 10;

/**
 * The released early stop: watches the mean force norm from one pass on and asks to stop when it was ten times in a row
 * equal, to 4 decimals, to the pass before.
 *
 * It is a poor sign of convergence: the radial part of the force is (C - 1) / 2 on the whole sphere, so the mean norm is
 * nearly constant long before the directions have spread. It is kept because results are compared with it.
 *
 * @param from - index of the first watched pass, counted from 0; `false` never stops
 * @returns a function of the pass index and its mean force that says whether to stop after this pass
 */
export function createForceWatch(from: number | false): (pass: number, meanForce: number) => boolean {
  let previous: string | undefined;
  let repeats = 0;
  return (pass, meanForce) => {
    if (from === false || pass < from) return false;
    const rounded = meanForce.toFixed(4);
    repeats = rounded === previous ? repeats + 1 : 0;
    previous = rounded;
    return repeats === REPEATS;
  };
}
