import { exponential } from '../linear-algebra/exponential.ts';

/** Sharpness b grows from 8 to 1024 by a constant factor: its last value, and the logarithm of their ratio. */
const LAST_SHARPNESS = 1024;
const LOG_128 = 4.852030263919617;
/** Angle in radians that a mean force moves a point by in the last pass, momentum aside. */
const LAST_STEP = 0.001;

/** By what factor the first step is longer than the last one: how far the points may go from where they began. */
export type FirstStep = 50 | 100;
const LOGARITHMS = { 50: 3.912023005428146, 100: 4.605170185988092 } as const;

/**
 * Sharpness and step of the annealed soft maximum at a share of the way, 0..1.
 *
 * A first step of .3 lowers the largest cosine of small tables by another .003, but takes the points twice as far; with .05
 * classes keep their neighbourhood: at (2500, 128) a movement of .47 instead of 1.18, all classes nearest to their own target
 * instead of half of them, and no higher cosine.
 */
export function annealingAt(
  share: number,
  firstStep: FirstStep,
): { readonly sharpness: number; readonly learningRate: number } {
  return {
    sharpness: LAST_SHARPNESS * exponential(-LOG_128 * (1 - share)),
    learningRate: LAST_STEP * firstStep * exponential(-LOGARITHMS[firstStep] * share),
  };
}
