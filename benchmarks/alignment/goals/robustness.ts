import { none } from '../limits.ts';
import type { Measurement } from '../measurement.ts';
import { check } from '../measurements.ts';

/** Goal 9: odd inputs get the optimum or a typed error, never NaN. */
export const robustness: readonly Measurement[] = [
  check('check-odd-inputs.ts', { goal: 9, name: 'odd inputs, all methods', limits: [none('failures')] }),
];
