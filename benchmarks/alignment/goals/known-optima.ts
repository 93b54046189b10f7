import { apart } from '../apart.ts';
import type { SomeFigures } from '../figures.ts';
import { atLeast } from '../limits.ts';
import type { Measurement } from '../measurement.ts';
import { rowOf } from '../row.ts';

/** Energies of Wales and Ulker 2006, table of Thomson minima; `enough` of 30 starts must find them. */
const electrons = [
  { count: 4, least: 3.674234614, enough: 30 },
  { count: 12, least: 49.165253058, enough: 30 },
  { count: 24, least: 223.347074052, enough: 30 },
  { count: 72, least: 2255.001190975, enough: 15 },
];

/**
 * Clebsch, Schlaefli, the 28 equiangular lines, and the roots of E8: minima of every energy that falls with the distance
 * (Cohn and Kumar 2007). E8 has many neighbours with hardly more logarithmic energy, but not of s = 8.
 */
const sharpCodes = [
  { count: 16, dim: 5, cosine: 1 / 5, s: 0, starts: 10 },
  { count: 27, dim: 6, cosine: 1 / 4, s: 0, starts: 10 },
  { count: 56, dim: 7, cosine: 1 / 3, s: 0, starts: 10 },
  { count: 240, dim: 8, cosine: 1 / 2, s: 8, starts: 3 },
];

/** Goal 7: `energy` from random starts. */
export const knownOptima: readonly Measurement[] = [
  ...electrons.map(({ count, least, enough }): Measurement => {
    const name = `energy, s = 1: ${count} electrons`;
    return {
      goal: 7,
      name,
      measure({ quick }) {
        const starts = quick ? 6 : 30;
        return [
          found(name, 'check-electrons.ts', { count, least, starts }, Math.ceil((enough * starts) / 30)),
        ];
      },
    };
  }),
  ...sharpCodes.map(({ starts, ...code }): Measurement => {
    const name = `energy, s = ${code.s}: (${code.count}, ${code.dim})`;
    return {
      goal: 7,
      name,
      measure: ({ quick }) => [
        found(name, 'check-sharp-codes.ts', { ...code, starts: quick ? Math.min(3, starts) : starts }, 1),
      ],
    };
  }),
];

function found(name: string, script: string, argument: object, enough: number) {
  const { note, ...figures } = apart<SomeFigures & { on: string; note: string }>(script, argument);
  return rowOf({ goal: 7, name, note }, figures, [atLeast('hits', enough)]);
}
