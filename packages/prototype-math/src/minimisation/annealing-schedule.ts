import { exponential } from '../linear-algebra/exponential.ts';

/** Sharpness b grows from 8 to 1024 by a constant factor: its last value, and the logarithm of their ratio. */
const LAST_SHARPNESS = 1024;
const LOG_128 = 4.852030263919617;
/** Angle in radians that a mean force moves a point by, momentum aside: from .3 to .001. */
const FIRST_STEP = 0.3;
const LOG_300 = 5.703782474656201;

/** Sharpness and step of the annealed soft maximum at a share of the way, 0..1. */
export function annealingAt(share: number): { readonly sharpness: number; readonly learningRate: number } {
  return {
    sharpness: LAST_SHARPNESS * exponential(-LOG_128 * (1 - share)),
    learningRate: FIRST_STEP * exponential(-LOG_300 * share),
  };
}
